import { crowdingOf, dominates, frontOf, hypervolume, ranksOf, violationOf } from '../search/index.ts';
import type { Judged, Problem } from './problem.ts';
import { referencesOf } from './scale.ts';
import type { Trial } from './trial.ts';

/** Trials of which something is known and that have not failed. */
export const measuredTrials = (trials: readonly Trial[]): Trial[] =>
  trials.filter(({ levels, failure }) => levels.length > 0 && !failure);

export const lastOf = ({ levels }: Trial): Judged => levels.at(-1)!;

/**
 * Numbers of trials that keep all constraints and that no other such trial dominates. Two trials are compared on the
 * evidence that both have, so that none looks good by having been measured less.
 */
export function frontOfTrials(trials: readonly Trial[]): number[] {
  const kept = measuredTrials(trials).filter(trial => violationOf(lastOf(trial).constraints) === 0);
  if (new Set(kept.map(({ levels }) => levels.length)).size <= 1) {
    return frontOf(kept.map(trial => lastOf(trial).values)).map(i => kept[i]!.number);
  }
  const beats = (a: Trial, b: Trial) => {
    const rung = Math.min(a.levels.length, b.levels.length) - 1;
    return dominates(a.levels[rung]!.values, b.levels[rung]!.values);
  };
  return kept.filter(trial => !kept.some(other => beats(other, trial))).map(({ number }) => number);
}

/** The given references, or else the worst value that a trial found, on the scale of comparisons. */
export function referenceOf(problem: Problem, trials: readonly Trial[]): number[] {
  const found = measuredTrials(trials).map(trial => lastOf(trial).values);
  return referencesOf(problem).map((given, j) =>
    Number.isNaN(given) ? found.reduce((most, values) => Math.max(most, values[j]!), Number.NEGATIVE_INFINITY) : given,
  );
}

/** Hypervolume of the trials' front below a reference, on the scale of comparisons; 0 where nothing is known. */
export function hypervolumeOfTrials(trials: readonly Trial[], reference: readonly number[]): number {
  const front = new Set(frontOfTrials(trials));
  const values = trials.filter(({ number }) => front.has(number)).map(trial => lastOf(trial).values);
  return values.length === 0 ? 0 : hypervolume(values, reference);
}

/** As many blocks count for the spread of all trials where that of one trial is estimated. */
const PRIOR_BLOCKS = 3;

/**
 * Standard deviation of one block of each value, then constraint: root mean square over the trials that know theirs,
 * weighted by their degrees of freedom; 0 where none does.
 */
export function spreadsOf(all: readonly Judged[]): number[] {
  return (all[0]?.errors ?? []).map((_, j) => {
    const known = all.filter(({ errors }) => Number.isFinite(errors[j]));
    const freedom = known.reduce((sum, judged) => sum + freedomOf(judged), 0);
    const squares = known.reduce((sum, each) => sum + freedomOf(each) * each.errors[j]! ** 2 * each.blocks, 0);
    return freedom === 0 ? 0 : Math.sqrt(squares / freedom);
  });
}

const freedomOf = ({ blocks }: Judged): number => Math.max(1, blocks - 1);

/**
 * Standard errors, drawn towards the spread of all trials: what few blocks say of their own spread is little, and two that
 * agree by luck do not make a value certain.
 */
export function errorsOf(judged: Judged, spreads: readonly number[]): number[] {
  const { errors, blocks } = judged;
  return errors.map((error, j) => {
    if (Number.isNaN(error)) return spreads[j]! / Math.sqrt(blocks);
    const freedom = freedomOf(judged);
    const square = PRIOR_BLOCKS * spreads[j]! ** 2 + freedom * error ** 2 * blocks;
    return Math.sqrt(square / (PRIOR_BLOCKS + freedom) / blocks);
  });
}

/** Order of evidence of one rung from the best, as if all its errors were luck that it lacked; the crowded last of equals. */
export function byPromise(evidence: readonly Judged[]): number[] {
  const spreads = spreadsOf(evidence);
  const optimistic = evidence.map(judged => {
    const errors = errorsOf(judged, spreads);
    const objectives = judged.values.length;
    return {
      values: judged.values.map((value, j) => value - errors[j]!),
      violation: violationOf(judged.constraints.map((value, c) => value - errors[objectives + c]!)),
    };
  });
  const values = optimistic.map(each => each.values);
  const ranks = ranksOf(
    values,
    optimistic.map(({ violation }) => violation),
  );
  const crowding = new Float64Array(values.length);
  for (let rank = 0; rank <= Math.max(-1, ...ranks); rank++) {
    const own = values.flatMap((_, i) => (ranks[i] === rank ? [i] : []));
    crowdingOf(own.map(i => values[i]!)).forEach((distance, k) => {
      crowding[own[k]!] = distance;
    });
  }
  return values.map((_, i) => i).sort((a, b) => ranks[a]! - ranks[b]! || crowding[b]! - crowding[a]! || a - b);
}

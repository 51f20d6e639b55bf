import { fillUniform, fold, type Key } from '../../random/index.ts';
import { dominates } from '../../search/index.ts';
import { type DesignEvidence, meanOf } from '../designs/evidence.ts';
import { excessIn, valueIn } from '../designs/judge.ts';
import type { Goals } from '../study-file/goals.ts';
import type { ConfirmedTrial } from './confirmed.ts';

/** Draws of trainings, chips and rows. */
const draws = 1000;

/**
 * For each design the probability that it keeps all constraints and that no other one that does is better: over draws, with
 * replacement, of its trainings, of their chips and of blocks of rows. Designs of one training share its draw, all share
 * chips and rows. Trainings are few, so that they differ too little in draws: what they differ by is raised by √(k/(k − 1)).
 */
export function chancesOnFront(key: Key, goals: Goals, trials: readonly ConfirmedTrial[]): number[] {
  const counts = trials.map(() => 0);
  const first = trials[0]?.fresh[0];
  if (!first) return counts;
  const trainings = trials[0]!.fresh.length;
  const blocks = Math.max(0, ...Object.values(first.rowBlocks ?? {}).map(each => each.length));
  const better = goals.objectives.map(goal => (goal.better === 'lower' ? 1 : -1));
  for (let draw = 0; draw < draws; draw++) {
    const own = fold(key, draw);
    const chips = Array.from({ length: trainings }, (_, k) =>
      drawn(fold(fold(own, 'chips'), k), first.chips.length, first.chips.length),
    );
    const weights = new Float64Array(blocks).fill(-1);
    for (const block of drawn(fold(own, 'rows'), blocks, blocks)) weights[block]!++;
    const values = trials.map(({ fresh }) => {
      const chosen = drawn(fold(fold(own, 'training'), fresh[0]!.trained), trainings, trainings);
      const evidence = redrawn(fresh, chosen, chips, weights);
      if (excessIn(goals, evidence) > 0) return undefined;
      return goals.objectives.map((goal, j) => better[j]! * valueIn(goal, evidence));
    });
    values.forEach((value, i) => {
      if (value && !values.some(other => other && dominates(other, value))) counts[i]!++;
    });
  }
  return counts.map(count => count / draws);
}

/** Places 0 … size − 1, drawn with replacement. */
function drawn(key: Key, size: number, count: number): number[] {
  const u = fillUniform(key, new Float64Array(count));
  return Array.from(u, value => Math.min(size - 1, Math.floor(size * value)));
}

/** The evidence that other trainings, chips and rows would have given. */
function redrawn(
  fresh: readonly DesignEvidence[],
  chosen: readonly number[],
  chips: readonly (readonly number[])[],
  weights: Float64Array,
): Pick<DesignEvidence, 'values' | 'prices'> {
  const raise = Math.sqrt(fresh.length / Math.max(1, fresh.length - 1));
  const values: Record<string, number[]> = {};
  for (const label of Object.keys(fresh[0]!.values)) {
    const all = fresh.map(evidence => evidence.values[label]!.map(value => value ?? Number.NaN));
    const means = all.map(meanOf);
    const center = meanOf(means);
    const shift = meanOf(
      chosen.map(k => (fresh[k]!.rowBlocks?.[label] ?? []).reduce((sum, block, b) => sum + weights[b]! * block, 0)),
    );
    values[label] = chosen.flatMap(k =>
      chips[k]!.map(chip => all[k]![chip]! + (raise - 1) * (means[k]! - center) + shift),
    );
  }
  const prices = Object.keys(fresh[0]!.prices ?? {}).map(name => [
    name,
    meanOf(chosen.map(k => fresh[k]!.prices![name]!)),
  ]);
  return { values, prices: Object.fromEntries(prices) };
}

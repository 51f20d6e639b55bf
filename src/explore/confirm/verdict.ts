import { formatNumber } from '../../base/index.ts';
import { type Quality, qualityOf } from '../../cost/index.ts';
import type { BaselineName } from '../baselines/baseline.ts';
import type { Goals, ObjectiveGoal } from '../study-file/goals.ts';
import type { Confirmed, ConfirmedTrial } from './confirmed.ts';
import { quantile } from './contest.ts';
import { type Flip, flipOf } from './flip.ts';
import { marginOf } from './margin.ts';

/** An objective of the study's answer beside that of the best baseline, over draws. */
export interface Against {
  readonly objective: string;
  /** The answer's less the baseline's; of prices, the answer's over the baseline's. */
  readonly as: 'difference' | 'ratio';
  readonly median: number;
  /** 90 % interval. */
  readonly low: number;
  readonly high: number;
  /** The side that is better throughout the interval. */
  readonly favours: 'analog' | 'digital' | 'neither';
}

/** Whether the study's answer is worth building, beside the best that a digital designer found. */
export interface Verdict {
  readonly word: 'analog' | 'digital' | 'undecided';
  readonly sentence: string;
  /** Share of the draws in which the answer comes nearer to the best than the best baseline; null without one of them. */
  readonly probability: number | null;
  readonly baseline: { readonly name: BaselineName; readonly trial: number } | null;
  /** What speaks against the answer first. */
  readonly against: readonly Against[];
  /** Whether the baseline predicts as well, by the margins that costs are compared with. */
  readonly quality: Quality | null;
  /** The constant of prices whose change turns the comparison round with the fewest standard deviations; null where none does. */
  readonly flip: Flip | null;
  /** Whether prices are among the goals, so that constants of theirs could turn the comparison round. */
  readonly priced: boolean;
}

/** Probability from which on a verdict is certain enough. */
const sure = 0.9;

/** What confirmations say of the study's answer against the best baseline. */
export function verdictOf(goals: Goals, trials: readonly ConfirmedTrial[], confirmed: Confirmed): Verdict {
  const { contest, contestants, drawn } = confirmed;
  const { answer, baseline } = contest;
  const searched = contestants.some(({ own }) => !own);
  const best = baseline === undefined ? null : { name: trials[baseline]!.of!, trial: trials[baseline]!.trial };
  const priced = [...goals.objectives, ...goals.limits.map(({ goal }) => goal)].some(({ of }) => 'price' in of);
  const nothing = { probability: null, baseline: best, against: [], quality: null, flip: null, priced };
  if (answer === undefined || baseline === undefined) {
    const [word, sentence] = oneSided(answer !== undefined && trials[answer]!.trial, best, searched);
    return { ...nothing, word, sentence };
  }
  const probability = contest.standings[answer]!.beatsBaseline!;
  const word = probability >= sure ? 'analog' : probability <= 1 - sure ? 'digital' : 'undecided';
  const pairs = drawn.flatMap(values => {
    const [mine, theirs] = [values[answer], values[baseline]];
    return mine && theirs ? [[mine, theirs] as const] : [];
  });
  const against = (pairs.length === 0 ? [] : goals.objectives)
    .map((goal, j) =>
      compared(
        goal,
        pairs.map(([mine, theirs]) => [mine[j]!, theirs[j]!] as const),
      ),
    )
    .sort((a, b) => order.indexOf(a.favours) - order.indexOf(b.favours));
  const rows = trials[answer]!.fresh[0]!.rows;
  return {
    word,
    sentence: `${openings[word](trials[answer]!.trial, best!)}: ${against.map(textOf).join('; ')}.`,
    probability,
    baseline: best,
    against,
    quality: pairs.length === 0 ? null : qualityAgainst(goals, pairs, rows),
    flip: flipOf(goals, trials, contestants) ?? null,
    priced,
  };
}

const order = ['digital', 'neither', 'analog'];

type Best = NonNullable<Verdict['baseline']>;

const openings: Readonly<Record<Verdict['word'], (trial: number, best: Best) => string>> = {
  digital: (trial, { name, trial: other }) =>
    `Do not build analog: the baseline '${name}' (its trial ${other}) comes nearer to the best than the study's trial ${trial}, which has`,
  analog: (trial, { name, trial: other }) =>
    `Trial ${trial} comes nearer to the best than the best digital baseline, '${name}' (its trial ${other}), of which it has`,
  undecided: (trial, { name, trial: other }) =>
    `Undecided between trial ${trial} and the best digital baseline, '${name}' (its trial ${other}), of which it has`,
};

/** What is said where one side has nothing that keeps the constraints. */
function oneSided(trial: number | false, best: Best | null, searched: boolean): [Verdict['word'], string] {
  if (trial !== false && searched) return ['analog', `No digital baseline keeps the constraints; trial ${trial} does.`];
  if (trial !== false) return ['undecided', 'No digital baseline was searched.'];
  if (best) {
    return [
      'digital',
      `Do not build analog: no design of the study keeps the constraints, and the baseline '${best.name}' (its trial ${best.trial}) does.`,
    ];
  }
  return ['undecided', 'No design keeps the constraints on rows and chips that the search has not seen.'];
}

function compared(
  { name, better, of }: ObjectiveGoal,
  pairs: readonly (readonly [mine: number, theirs: number])[],
): Against {
  const sign = better === 'lower' ? 1 : -1;
  const price = 'price' in of;
  const all = pairs.map(([mine, theirs]) => (price ? mine / theirs : sign * (mine - theirs) + 0));
  const [low, median, high] = [0.05, 0.5, 0.95].map(share => quantile(all, share)) as [number, number, number];
  const even = price ? 1 : 0;
  const [smaller, larger] = better === 'lower' ? (['analog', 'digital'] as const) : (['digital', 'analog'] as const);
  return {
    objective: name,
    as: price ? 'ratio' : 'difference',
    median,
    low,
    high,
    favours: high < even ? smaller : low > even ? larger : 'neither',
  };
}

function textOf({ objective, as, median, low, high }: Against): string {
  const [middle, from, to] = [median, low, high].map(value => formatNumber(value, as === 'ratio' ? 2 : 3));
  if (as === 'ratio') return `${middle} [${from}, ${to}] times the ${objective}`;
  if (median === 0) return `${objective} the same [${from}, ${to}]`;
  return `${objective} ${median > 0 ? 'higher' : 'lower'} by ${formatNumber(Math.abs(median), 3)} [${from}, ${to}]`;
}

/** Non-inferiority of the baseline over draws: 95 % bounds of what it loses more, by metric; null where there is none to compare. */
function qualityAgainst(
  { objectives }: Goals,
  pairs: readonly (readonly [mine: readonly number[], theirs: readonly number[]])[],
  rows: number,
): Quality | null {
  const losses = objectives.flatMap(({ name, of }, j) => {
    if ('price' in of) return [];
    const lost = pairs.map(([mine, theirs]) => theirs[j]! - mine[j]!);
    const mean = lost.reduce((sum, value) => sum + value, 0) / lost.length;
    const margin = marginOf(of, pairs.reduce((sum, [mine]) => sum + mine[j]!, 0) / pairs.length);
    return [[name, { mean, low: quantile(lost, 0.05), high: quantile(lost, 0.95), margin, rowsNeeded: null }] as const];
  });
  return losses.length === 0 ? null : qualityOf(Object.fromEntries(losses), rows);
}

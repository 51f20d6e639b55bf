import { insist, tied } from '../base/index.ts';
import { studentCdf } from '../random/index.ts';
import { mean } from './correlation.ts';
import type { Judged } from './crossed.ts';
import { type CrossedInterval, crossing, type OfChip } from './crossing.ts';
import { standardDeviation, unbounded } from './interval.ts';
import type { Described } from './metrics/metric.ts';

/** Whether `a` is larger (or, of a metric, better) than `b` on the same chips. */
export interface PairedTest {
  /** Pairs with a > b, a < b and a = b but for rounding. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** a − b over pairs; of a metric for which lower is better, b − a. Over rows where it is known what each owes to them. */
  readonly difference: CrossedInterval;
  /** Two-sided exact binomial probability of so uneven a split of the untied pairs, were both equally likely. */
  readonly signP: number;
  /**
   * Two-sided probability of so large a mean difference under Student's paired t. NaN where all pairs differ by the same but
   * for rounding, or where there is one, for nothing says then how much differences vary; 1 where all pairs are ties.
   */
  readonly tP: number;
}

/** Sign test and paired t test of two lists of equal length, pair i measured on the same chip. */
export function pairedTest(a: ArrayLike<number>, b: ArrayLike<number>): PairedTest {
  return testOf(pairsOf(a, b), (x, y) => x - y, unbounded);
}

/**
 * The same for values of a metric: wins are pairs in which `a` is better, and a positive difference is in its favour.
 * Pairs with a value that is not defined are left out.
 */
export function pairedComparison(metric: Described, a: ArrayLike<number>, b: ArrayLike<number>): PairedTest {
  return testOf(pairsOf(a, b), (x, y) => difference(metric, x, y), boundsOfDifference(metric));
}

/** The same of chips that have answered the same rows: other rows might have told another difference. */
export function pairedCrossed(metric: Described, a: readonly Judged[], b: readonly Judged[]): PairedTest {
  const { name } = metric;
  const gain = (x: number, y: number) => difference(metric, x, y);
  const valuesOf = (chips: readonly Judged[]) => chips.map(({ values }) => values[name] ?? Number.NaN);
  const pairs = pairsOf(valuesOf(a), valuesOf(b)).map((pair, i) => {
    const [own, other] = [a[i]!.evidence.byBlock[name], b[i]!.evidence.byBlock[name]];
    return { ...pair, byBlock: own && other && own.map((x, k) => gain(x, other[k]!)) };
  });
  const degrees = a.flatMap(({ evidence }) => evidence.degrees[name] ?? []);
  return testOf(pairs, gain, boundsOfDifference(metric), degrees[0]);
}

/** How much better `a` is than `b`, negative where it is worse: the one place where that is decided. */
export function difference({ name, better }: Described, a: number, b: number): number {
  if (better === 'neither') throw new Error(`internal: of ${name} neither side is better`);
  return better === 'higher' ? a - b : b - a;
}

const boundsOfDifference = ({ bounds: [least, most] = unbounded }: Described): readonly [number, number] => [
  least - most,
  most - least,
];

interface Pair extends Omit<OfChip, 'value'> {
  readonly a: number;
  readonly b: number;
}

function pairsOf(a: ArrayLike<number>, b: ArrayLike<number>): Pair[] {
  insist(a.length === b.length && a.length > 0, `b: must pair with a, ${a.length} values, got ${b.length}.`);
  return Array.from(a, (x, i) => ({ a: x, b: b[i]! }));
}

function testOf(
  all: readonly Pair[],
  gain: (x: number, y: number) => number,
  bounds: readonly [number, number],
  degrees = 0,
): PairedTest {
  const pairs = all.filter(({ a, b }) => !Number.isNaN(a) && !Number.isNaN(b));
  const untied = pairs.filter(({ a, b }) => !tied(a, b));
  const wins = untied.filter(({ a, b }) => gain(a, b) > 0).length;
  const losses = untied.length - wins;
  return {
    wins,
    losses,
    ties: pairs.length - untied.length,
    difference: crossing(
      pairs.map(({ a, b, byBlock }) => ({ value: gain(a, b), byBlock })),
      { bounds, degrees },
    ),
    signP: signProbability(wins, losses),
    tP: untied.length === 0 ? 1 : studentProbability(pairs),
  };
}

function signProbability(wins: number, losses: number): number {
  const count = wins + losses;
  let term = 0.5 ** count;
  let tail = 0;
  for (let k = 0; k <= Math.min(wins, losses); k++) {
    tail += term;
    term *= (count - k) / (k + 1);
  }
  return Math.min(1, 2 * tail);
}

function studentProbability(pairs: readonly Pair[]): number {
  const [first] = pairs as readonly [Pair];
  if (pairs.every(({ a, b }) => tied(a, b + (first.a - first.b)))) return Number.NaN;
  const differences = Float64Array.from(pairs, ({ a, b }) => a - b);
  const count = differences.length;
  const center = mean(differences);
  return 2 * studentCdf(-Math.abs(center) / (standardDeviation(differences, center) / Math.sqrt(count)), count - 1);
}

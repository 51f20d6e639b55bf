import { insist, tied } from '../base/index.ts';
import { mean } from './correlation.ts';
import { type Interval, interval, standardDeviation, unbounded } from './interval.ts';
import type { Described } from './metrics/metric.ts';
import { studentCdf } from './student.ts';

/** Whether `a` is larger (or, of a metric, better) than `b` on the same chips. */
export interface PairedTest {
  /** Pairs with a > b, a < b and a = b but for rounding. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** a − b over pairs; of a metric for which lower is better, b − a. */
  readonly difference: Interval;
  /** Two-sided exact binomial probability of so uneven a split of the untied pairs, were both equally likely. */
  readonly signP: number;
  /** Two-sided probability of so large a mean difference under Student's paired t. */
  readonly tP: number;
}

/** Sign test and paired t test of two lists of equal length, pair i measured on the same chip. */
export function pairedTest(a: ArrayLike<number>, b: ArrayLike<number>): PairedTest {
  return testOf(a, b, (x, y) => x - y, unbounded);
}

/**
 * The same for values of a metric: wins are pairs in which `a` is better, and a positive difference is in its favour.
 * Pairs with a value that is not defined are left out.
 */
export function pairedComparison(metric: Described, a: ArrayLike<number>, b: ArrayLike<number>): PairedTest {
  const [least, most] = metric.bounds ?? unbounded;
  return testOf(a, b, (x, y) => difference(metric, x, y), [least - most, most - least]);
}

/** How much better `a` is than `b`, negative where it is worse: the one place where that is decided. */
export function difference({ name, better }: Described, a: number, b: number): number {
  if (better === 'neither') throw new Error(`internal: of ${name} neither side is better`);
  return better === 'higher' ? a - b : b - a;
}

function testOf(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  gain: (x: number, y: number) => number,
  bounds: readonly [number, number],
): PairedTest {
  insist(a.length === b.length && a.length > 0, `b: must pair with a, ${a.length} values, got ${b.length}.`);
  const pairs = Array.from(a, (x, i) => [x, b[i]!] as const).filter(([x, y]) => !Number.isNaN(x) && !Number.isNaN(y));
  const gains = Float64Array.from(pairs, ([x, y]) => gain(x, y));
  const untied = gains.filter((_, i) => !tied(...pairs[i]!));
  const wins = untied.filter(d => d > 0).length;
  const losses = untied.length - wins;
  return {
    wins,
    losses,
    ties: gains.length - untied.length,
    difference: interval(gains, bounds),
    signP: signProbability(wins, losses),
    tP: studentProbability(gains),
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

function studentProbability(differences: Float64Array): number {
  const count = differences.length;
  const center = mean(differences);
  if (center === 0 || count < 2) return 1;
  return 2 * studentCdf(-Math.abs(center) / (standardDeviation(differences, center) / Math.sqrt(count)), count - 1);
}

import { insist } from '../base/index.ts';
import { mean } from './correlation.ts';
import { type Interval, interval, standardDeviation } from './interval.ts';
import { studentCdf } from './student.ts';

/** Whether `a` is larger than `b` on the same chips. */
export interface PairedTest {
  /** Pairs with a > b, a < b and a = b. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** a − b over pairs. */
  readonly difference: Interval;
  /** Two-sided exact binomial probability of so uneven a split of the untied pairs, were both equally likely. */
  readonly signP: number;
  /** Two-sided probability of so large a mean difference under Student's paired t. */
  readonly tP: number;
}

/** Sign test and paired t test of two lists of equal length, pair i measured on the same chip. */
export function pairedTest(a: ArrayLike<number>, b: ArrayLike<number>): PairedTest {
  insist(a.length === b.length && a.length > 0, `b: must pair with a, ${a.length} values, got ${b.length}.`);
  const differences = Float64Array.from(a, (value, i) => value - b[i]!);
  const wins = differences.reduce((sum, d) => sum + (d > 0 ? 1 : 0), 0);
  const losses = differences.reduce((sum, d) => sum + (d < 0 ? 1 : 0), 0);
  return {
    wins,
    losses,
    ties: a.length - wins - losses,
    difference: interval(differences),
    signP: signProbability(wins, losses),
    tP: studentProbability(differences),
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

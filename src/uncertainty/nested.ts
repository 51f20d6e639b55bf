import { studentQuantile } from '../random/index.ts';
import { mean as meanOf } from './correlation.ts';
import type { Interval } from './interval.ts';

/**
 * Predictions of one branch of a balanced nested design, or of several branches together: their mean, and how far apart the
 * branches below are at each level.
 */
export interface NestedUnit {
  /** Mean prediction, [rows, outputs]: class probabilities, or means of targets. */
  readonly mean: Float64Array;
  readonly rows: number;
  /** Reads below. */
  readonly reads: number;
  /** Branches of each level below, from reads upward. */
  readonly sizes: readonly number[];
  /** Mean square between the branches of each level below, summed over outputs, mean over rows, from reads upward. */
  readonly meanSquares: readonly number[];
  /** What single reads leave open, mean over rows: 1 − Σ p² of classes, the variance of targets. */
  readonly aleatoric: number;
  /** Mean entropy, nats, of what each level says: of single reads, of the means over reads, …, of this mean; empty for targets. */
  readonly entropies: readonly number[];
}

/** Class probabilities [rows, classes], each row summing to 1, as one read. */
export function classRead(probabilities: Float64Array, classes: number): NestedUnit {
  const rows = probabilities.length / classes;
  let squares = 0;
  for (let i = 0; i < probabilities.length; i++) squares += probabilities[i]! ** 2;
  const entropies = [meanEntropy(probabilities, rows)];
  return { ...oneRead(probabilities, rows), aleatoric: 1 - squares / rows, entropies };
}

/** Means and variances of targets, [rows, targets] each, as one read. */
export function targetRead(means: Float64Array, variances: Float64Array, targets: number): NestedUnit {
  const rows = means.length / targets;
  return { ...oneRead(means, rows), aleatoric: meanOf(variances) * targets, entropies: [] };
}

const oneRead = (mean: Float64Array, rows: number) => ({ mean, rows, reads: 1, sizes: [], meanSquares: [] });

/** Branches of equal sizes as one: the level that they are of is the new highest one below. */
export function gathered(branches: readonly NestedUnit[]): NestedUnit {
  const { rows, reads, sizes, meanSquares, entropies } = branches[0]!;
  const mean = middleOf(branches);
  const levels = (of: (branch: NestedUnit) => readonly number[], count: number) =>
    Array.from({ length: count }, (_, level) => meanOf(branches.map(branch => of(branch)[level]!)));
  let apart = 0;
  for (const branch of branches) apart += distance(branch.mean, mean);
  return {
    mean,
    rows,
    reads: reads * branches.length,
    sizes: [...sizes, branches.length],
    meanSquares: [
      ...levels(branch => branch.meanSquares, meanSquares.length),
      (reads * apart) / (branches.length - 1) / rows,
    ],
    aleatoric: meanOf(branches.map(branch => branch.aleatoric)),
    entropies: [
      ...levels(branch => branch.entropies, entropies.length),
      ...(entropies.length > 0 ? [meanEntropy(mean, rows)] : []),
    ],
  };
}

function middleOf(branches: readonly NestedUnit[]): Float64Array {
  const mean = new Float64Array(branches[0]!.mean.length);
  for (const branch of branches) for (let i = 0; i < mean.length; i++) mean[i]! += branch.mean[i]!;
  return mean.map(sum => sum / branches.length);
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

function meanEntropy(p: Float64Array, rows: number): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i]! > 0) sum -= p[i]! * Math.log(p[i]!);
  return sum / rows;
}

/**
 * Variances of the levels, from reads upward, by analysis of variance: V₀ = MS₀, V_k = (MS_k − MS_{k−1})/(branches below one
 * branch of level k). Unbiased, so that a small part may come out negative; it is kept (Searle, Casella & McCulloch,
 * Variance Components, 1992, section 3.6).
 */
export function levelVariances({ meanSquares, sizes }: NestedUnit): number[] {
  let below = 1;
  return meanSquares.map((square, level) => {
    if (level === 0) return square;
    below *= sizes[level - 1]!;
    return (square - meanSquares[level - 1]!) / below;
  });
}

/** Information that each level adds, nats, from reads upward: the mean entropy above it less that below; biased by finite sizes. */
export const levelEntropies = ({ entropies }: NestedUnit): number[] =>
  entropies.slice(1).map((above, level) => above - entropies[level]!);

/** What a nested design says, with 95 % intervals over the branches of its highest level. */
export interface NestedEstimate {
  /** Variances of the levels, from reads upward, summed over outputs, mean over rows. */
  readonly levels: readonly Interval[];
  readonly aleatoric: Interval;
  /** `aleatoric` and all levels: 1 − Σ p̄² of classes, the variance of targets. */
  readonly total: Interval;
}

/**
 * Estimates with intervals: estimate ± t₀.₉₇₅ times the standard error by a jackknife, which leaves out one branch of the
 * highest level, a chip, after the other and so knows what chips differ in, whatever its distribution (Sun, Apley & Staum,
 * Operations Research 59(4), 2011, on nested designs).
 */
export function nestedEstimate(branches: readonly NestedUnit[]): NestedEstimate {
  const numbersOf = (unit: NestedUnit) => {
    const levels = levelVariances(unit);
    return [...levels, unit.aleatoric, unit.aleatoric + levels.reduce((sum, v) => sum + v, 0)];
  };
  const all = numbersOf(gathered(branches));
  const without = withoutEach(branches).map(numbersOf);
  const count = branches.length;
  const found = all.map((mean, i): Interval => {
    const values = without.map(numbers => numbers[i]!);
    const center = meanOf(values);
    const square = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
    const half = studentQuantile(0.975, count - 1) * Math.sqrt(((count - 1) / count) * square);
    return { mean, low: mean - half, high: mean + half };
  });
  return { levels: found.slice(0, -2), aleatoric: found.at(-2)!, total: found.at(-1)! };
}

/** All branches but one, for each: their sums are known, so that each takes one pass. Entropies are left out. */
function withoutEach(branches: readonly NestedUnit[]): NestedUnit[] {
  const all = gathered(branches);
  const { mean, rows, sizes, meanSquares, reads } = all;
  const rest = branches.length - 1;
  const below = reads / branches.length;
  const apart = branches.map(branch => distance(branch.mean, mean));
  const total = apart.reduce((sum, d) => sum + d, 0);
  return branches.map((left, i) => {
    const less = (value: number, own: number) => (value * branches.length - own) / rest;
    // Σ (x − x̄)² of the others is what all have less n/(n − 1) of the one's own distance.
    const others = total - (apart[i]! * branches.length) / rest;
    return {
      mean,
      rows,
      reads: below * rest,
      sizes: [...sizes.slice(0, -1), rest],
      meanSquares: [
        ...left.meanSquares.map((own, level) => less(meanSquares[level]!, own)),
        (below * others) / (rest - 1) / rows,
      ],
      aleatoric: less(all.aleatoric, left.aleatoric),
      entropies: [],
    };
  });
}

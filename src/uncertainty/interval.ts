import { mean } from './correlation.ts';
import { studentQuantile } from './student.ts';

/** A mean with its 95 % confidence interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Mean over chips (or other independent repetitions) with the 95 % interval of Student's t, mean ± t₀.₉₇₅,ₙ₋₁ s/√n.
 * It says where the mean of all chips lies, not where the next chip will. One value has no interval: low = high = mean.
 * NaN (a metric that a chip does not have, such as the detection of errors when it made none) is left out; NaN when all are.
 */
export function interval(values: ArrayLike<number>): Interval {
  const known = Float64Array.from(values).filter(value => !Number.isNaN(value));
  const center = mean(known);
  if (known.length < 2) return { mean: center, low: center, high: center };
  const half = studentQuantile(0.975, known.length - 1) * (standardDeviation(known, center) / Math.sqrt(known.length));
  return { mean: center, low: center - half, high: center + half };
}

/** Intervals of every number of records with the same keys, one record per chip. */
export function intervals<K extends string>(
  records: readonly Readonly<Partial<Record<K, number>>>[],
): Record<K, Interval> {
  const keys = Object.keys(records[0] ?? {}) as K[];
  return Object.fromEntries(keys.map(key => [key, interval(records.map(r => r[key] ?? Number.NaN))])) as Record<
    K,
    Interval
  >;
}

/** Standard deviation with n − 1 in the denominator. */
export function standardDeviation(values: ArrayLike<number>, center = mean(values)): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += (values[n]! - center) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

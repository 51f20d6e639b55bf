import { studentQuantile } from '../random/index.ts';
import { mean } from './correlation.ts';
import { describedAs } from './metrics/index.ts';
import type { Described } from './metrics/metric.ts';

/** Ends of a 95 % confidence interval. */
export interface Ends {
  readonly low: number;
  readonly high: number;
}

/** A mean with its 95 % confidence interval. */
export interface Interval extends Ends {
  readonly mean: number;
}

/**
 * Mean over chips (or other independent repetitions) with the 95 % interval of Student's t, mean ± t₀.₉₇₅,ₙ₋₁ s/√n.
 * It says where the mean of all chips lies, not where the next chip will. One value has no interval: low = high = mean.
 * NaN (a metric that a chip does not have, such as the detection of errors when it made none) is left out; NaN when all are.
 * Ends beyond `bounds`, the least and largest value there can be, are cut there: no mean lies outside.
 */
export function interval(values: ArrayLike<number>, bounds = unbounded): Interval {
  const known = Float64Array.from(values).filter(value => !Number.isNaN(value));
  const center = mean(known);
  if (known.length < 2) return { mean: center, low: center, high: center };
  const half = studentQuantile(0.975, known.length - 1) * (standardDeviation(known, center) / Math.sqrt(known.length));
  return within(bounds, center, half);
}

/** Where there is no least and no largest value. */
export const unbounded: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** The interval center ± half, cut at the bounds. */
export function within([least, most]: readonly [number, number], center: number, half: number): Interval {
  return { mean: center, low: Math.max(least, center - half), high: Math.min(most, center + half) };
}

/** Bounds of what a name stands for, of this task or of every one. */
export function boundsOf(name: string, task?: Described['task']): readonly [number, number] {
  const all = describedAs(name)
    .filter(one => task === undefined || one.task === task)
    .map(({ bounds = unbounded }) => bounds);
  if (all.length === 0) return unbounded;
  return [Math.min(...all.map(([least]) => least)), Math.max(...all.map(([, most]) => most))];
}

/** Intervals of every number of records with the same keys, one record per chip, within the bounds of known metrics. */
export function intervals<K extends string>(
  records: readonly Readonly<Partial<Record<K, number>>>[],
): Record<K, Interval> {
  const keys = Object.keys(records[0] ?? {}) as K[];
  return Object.fromEntries(
    keys.map(key => [
      key,
      interval(
        records.map(r => r[key] ?? Number.NaN),
        boundsOf(key),
      ),
    ]),
  ) as Record<K, Interval>;
}

/** Standard deviation with n − 1 in the denominator. */
export function standardDeviation(values: ArrayLike<number>, center = mean(values)): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += (values[n]! - center) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

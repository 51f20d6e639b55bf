import { studentQuantile } from '../random/index.ts';
import type { Ends } from './interval.ts';
import type { Sample } from './resampled.ts';

/** Of how many inputs a number is the share, or would be if it varies like one. */
export interface Worth {
  /** Independent ones, where nothing varied. */
  readonly units: number;
  /** At most, whatever little variance they show; absent for a share itself. */
  readonly most?: number;
}

/** How many inputs of a kind there are in a sample, that of the tested rows by default: 1 for those and 0 for others, [rows]. */
export type CountOf = (kind: Float64Array, sample?: Sample) => number;

/**
 * Wilson's interval of a share (Journal of the American Statistical Association 22, 1927), with t of `degrees` of freedom for
 * the normal quantile: the shares p from which this one lies no more than t·√(p(1 − p)/n) away. It never leaves 0 … 1 and
 * does not shrink to nothing where all rows are right. n is the number of independent rows that `variance` is worth,
 * share·(1 − share)/variance, and no more than `most`; where nothing varied, `units`, or endless for a share inside (0, 1).
 */
export function shareEnds(share: number, variance: number, degrees: number, { units, most }: Worth): Ends {
  const spread = share * (1 - share);
  const endless = Number.POSITIVE_INFINITY;
  const still = spread > 0 && most === undefined ? endless : units;
  const n = variance > 0 ? Math.min(spread / variance, most ?? endless) : still;
  const shift = studentQuantile(0.975, degrees) ** 2 / n;
  const center = (share + shift / 2) / (1 + shift);
  const half = Math.sqrt(shift * (spread + shift / 4)) / (1 + shift);
  return { low: share > 0 ? center - half : 0, high: share < 1 ? center + half : 1 };
}

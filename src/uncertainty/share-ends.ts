import { studentQuantile } from '../random/index.ts';
import type { Ends } from './interval.ts';

/**
 * Wilson's interval of a share (Journal of the American Statistical Association 22, 1927), with t of `degrees` of freedom for
 * the normal quantile: the shares p from which this one lies no more than t·√(p(1 − p)/n) away. It never leaves 0 … 1 and
 * does not shrink to nothing where all rows are right. n is the number of independent rows that `variance` is worth,
 * share·(1 − share)/variance; where nothing varied, `units`, or endless inside (0, 1).
 */
export function shareEnds(share: number, variance: number, degrees: number, units: number): Ends {
  const spread = share * (1 - share);
  const n = variance > 0 ? spread / variance : spread > 0 ? Number.POSITIVE_INFINITY : units;
  const shift = studentQuantile(0.975, degrees) ** 2 / n;
  const center = (share + shift / 2) / (1 + shift);
  const half = Math.sqrt(shift * (spread + shift / 4)) / (1 + shift);
  return { low: share > 0 ? center - half : 0, high: share < 1 ? center + half : 1 };
}

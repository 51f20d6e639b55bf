import { margins } from '../../pipeline/index.ts';
import type { Goal } from '../study-file/goals.ts';

/**
 * Differences of a metric below this are none that matter: those that costs are compared with, for other metrics a hundredth of
 * its value (assumption).
 */
export const marginOf = (metric: string, value: number): number =>
  margins[metric as keyof typeof margins] ?? Math.abs(value) / 100;

/**
 * What a range of an objective counts at least, so that designs that hardly differ in it are not told apart by it: ten margins
 * of a metric, a factor of 2 of a price, whose logarithms count (assumptions).
 */
export function leastRange({ of }: Goal, levels: readonly number[]): number {
  if ('price' in of) return Math.LN2;
  const mean = levels.reduce((sum, level) => sum + Math.abs(level) / levels.length, 0);
  return 10 * marginOf(of.metric, mean);
}

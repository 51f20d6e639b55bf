import { margins } from '../../pipeline/index.ts';
import type { Goal } from '../study-file/goals.ts';

/**
 * Differences of a metric below this are none that matter: those that costs are compared with, of a yield a hundredth of the
 * chips, of other metrics a hundredth of the value (assumptions).
 */
export function marginOf({ metric, over }: Metric, value: number): number {
  if (over.kind === 'yield') return 0.01;
  return margins[metric as keyof typeof margins] ?? Math.abs(value) / 100;
}

type Metric = Extract<Goal['of'], { readonly metric: string }>;

/**
 * What a range of an objective counts at least, so that designs that hardly differ in it are not told apart by it: ten margins
 * of a metric, a factor of 2 of a price, whose logarithms count (assumptions).
 */
export function leastRange({ of }: Goal, levels: readonly number[]): number {
  if ('price' in of) return Math.LN2;
  const mean = levels.reduce((sum, level) => sum + Math.abs(level) / levels.length, 0);
  return 10 * marginOf(of, mean);
}

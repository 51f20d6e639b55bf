import { type Judged, metrics, pairedCrossed } from '../uncertainty/index.ts';
import type { Evaluated, Evaluation, PairedTests } from './evaluation-record.ts';
import { judgedOf } from './evidence-arrays.ts';

/** Headline metrics of which one side is better: what chips are compared by. */
export const comparedBy = (task: Evaluation['task']) =>
  metrics.filter(metric => metric.task === task && metric.headline && metric.better !== 'neither');

/**
 * A variant against the experiment it varies, on the same chips, each at its headline time, by headline metric: wins are
 * chips on which the variant is better, and a positive difference is in its favour. Empty where data or numbers of chips
 * differ.
 */
export function againstBase(base: Evaluated, variant: Evaluated): PairedTests {
  const [a, b] = [variant.evaluation, base.evaluation];
  if (a.data !== b.data || a.hardware.chips.length !== b.hardware.chips.length) return {};
  return chipByChip(a.task, judgedOf(variant, 'hardware'), judgedOf(base, 'hardware'));
}

/** Chips against others by every headline metric of which one side is better: wins are the first ones'. */
export function chipByChip(task: Evaluation['task'], chips: readonly Judged[], others: readonly Judged[]): PairedTests {
  const tests = comparedBy(task).map(metric => [metric.name, pairedCrossed(metric, chips, others)] as const);
  return Object.fromEntries(tests.filter(([, { wins, losses, ties }]) => wins + losses + ties > 0));
}

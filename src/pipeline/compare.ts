import { type Metric, metrics, type PairedTest, pairedComparison } from '../uncertainty/index.ts';
import type { Evaluation } from './evaluation.ts';
import type { Metrics } from './predicted.ts';

/**
 * A variant against the experiment it varies, on the same chips, each at its headline time, by headline metric: wins are
 * chips on which the variant is better, and a positive difference is in its favour. Empty where the numbers of chips differ.
 */
export function againstBase(base: Evaluation, variant: Evaluation): Readonly<Record<string, PairedTest>> {
  if (base.hardware.chips.length !== variant.hardware.chips.length) return {};
  return byHeadline(base.task, variant.hardware.chips, base.hardware.chips);
}

/** Chips against one weight vector programmed once, by every headline metric of which one side is better: wins are the chips'. */
export const againstDeterministic = ({
  task,
  hardware,
  deterministic,
}: Pick<Evaluation, 'task' | 'hardware' | 'deterministic'>): Readonly<Record<string, PairedTest>> =>
  byHeadline(task, hardware.chips, deterministic.chips);

function byHeadline(
  task: Evaluation['task'],
  chips: readonly Metrics[],
  others: readonly Metrics[],
): Readonly<Record<string, PairedTest>> {
  const tests = metrics
    .filter(metric => metric.task === task && metric.headline && metric.better !== 'neither')
    .map(metric => [metric.name, chipByChip(metric, chips, others)] as const);
  return Object.fromEntries(tests.filter(([, { wins, losses, ties }]) => wins + losses + ties > 0));
}

/** Chips against others by what their task is first judged by, accuracy or RMSE: wins are chips on which `chips` are better. */
export function againstOthers(
  task: Evaluation['task'],
  chips: readonly Metrics[],
  others: readonly Metrics[],
): PairedTest {
  const metric = metrics.find(one => one.task === task && one.headline && one.better !== 'neither')!;
  return chipByChip(metric, chips, others);
}

function chipByChip(metric: Metric, chips: readonly Metrics[], others: readonly Metrics[]): PairedTest {
  const values = (of: readonly Metrics[]) => of.map(chip => chip[metric.name] ?? Number.NaN);
  return pairedComparison(metric, values(chips), values(others));
}

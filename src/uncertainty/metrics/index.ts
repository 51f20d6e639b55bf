import { checkRecord, InputError, suggest } from '../../base/index.ts';
import type { Predicted } from '../predicted.ts';
import { abstentionMetrics } from './abstention.ts';
import { calibrationErrors } from './calibration.ts';
import { classAverages, classMetrics } from './classes.ts';
import { conformalMetrics } from './conformal.ts';
import { detections } from './detection.ts';
import { centralIntervals } from './intervals.ts';
import { keptMetrics } from './kept.ts';
import type { Described, Metric } from './metric.ts';
import { scores } from './scores.ts';
import { selection } from './selection.ts';
import { stoppingMetrics } from './stopping.ts';
import { uncertainties } from './uncertainties.ts';

/** Metrics of one prediction, in the order of tables. A name may stand for a metric of each task. */
export const metrics: readonly Metric[] = [
  ...scores,
  ...classAverages,
  ...calibrationErrors,
  ...detections,
  ...selection,
  ...centralIntervals,
  ...uncertainties,
  ...stoppingMetrics,
  ...abstentionMetrics,
];

/** All that numbers about predictions are called, in the order of tables: of one prediction, conformal, and what was kept. */
export const described: readonly Described[] = [...metrics, ...conformalMetrics, ...keptMetrics];

/** All that this name stands for: one record of each task; a class's own, such as `recall:NAME`, too. None where unknown. */
export function describedAs(name: string): readonly Described[] {
  const known = described.filter(one => one.name === name);
  if (known.length > 0 || !name.includes(':')) return known;
  return classMetrics([name.slice(name.indexOf(':') + 1)]).filter(one => one.name === name);
}

/** Names of the few that people are shown first, in order. */
export const headlines: readonly string[] = [...new Set(metrics.filter(m => m.headline).map(m => m.name))];

/** The metrics of a prediction by name: all that apply, or those of `names` that do; only these are computed. */
export function measure(given: Predicted, names?: readonly string[]): Record<string, number> {
  return Object.fromEntries(metricsOf(given, names).map(metric => [metric.name, metric.of(given)]));
}

/** The metrics that apply to a prediction: all, or those of `names`. */
export function metricsOf(given: Predicted, names?: readonly string[]): readonly Metric[] {
  const known = metricsFor(given);
  const wanted = names ? names.map(name => metricNamed(known, name, given.task)) : known;
  return wanted.filter(metric => metric.when?.(given) ?? true);
}

/** Whether any of the metrics of these names, or of all, is about inputs of classes that training never saw. */
export const asksUnseen = (names?: readonly string[]): boolean =>
  metrics.some(({ name, unseen }) => unseen && (names?.includes(name) ?? true));

/** Whether any of the metrics of these names, or of all, looks at entropies of single samples. */
export const asksEntropies = (names?: readonly string[]): boolean =>
  [...detections, ...selection, ...uncertainties].some(({ name }) => names?.includes(name) ?? true);

/** Metrics of the prediction's task, with those of its classes where they have names. */
export function metricsFor(given: Predicted): readonly Metric[] {
  const ofTask = metrics.filter(({ task }) => task === given.task);
  return given.task === 'classification' && given.names ? [...ofTask, ...classMetrics(given.names)] : ofTask;
}

function metricNamed(known: readonly Metric[], name: string, task: string): Metric {
  const found = known.find(metric => metric.name === name);
  if (found) return found;
  const names = known.map(metric => metric.name);
  throw new InputError(`metrics: '${name}' is no metric of this ${task}; ${suggest(name, names)}.`);
}

/** Adds a metric of the user's own, at the end of tables. */
export function registerMetric(metric: Metric): void {
  checkRecord(metric, ['unit', 'label', 'better', 'task', 'of']);
  const { name, task, headline } = metric;
  if (describedAs(name).some(known => known.task === task)) {
    throw new InputError({ path: [name], rule: `is another metric of ${task}`, hint: 'give it a name of its own' });
  }
  (metrics as Metric[]).push(metric);
  (described as Described[]).push(metric);
  if (headline && !headlines.includes(name)) (headlines as string[]).push(name);
}

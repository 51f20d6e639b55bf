import type { Split } from '../data/index.ts';
import { fold, type Key } from '../random/index.ts';
import {
  type Judged,
  keptMetrics,
  measureKept,
  metricsOf,
  noEvidence,
  type Predicted,
  pooledRows,
  rowEvidence,
  type TestRows,
} from '../uncertainty/index.ts';
import type { Metrics, Parts } from './predicted.ts';

/** The rows of a split as evidence, and unseen rows: the same for software and every chip. */
export const rowsAsEvidence = (key: Key, rows: Split, unseen?: Split): TestRows =>
  pooledRows(fold(key, 'evidence'), rows, unseen);

/** The metrics of a prediction, of all that apply or of these names, and what they owe to its rows where these are evidence. */
export function judge(predicted: Predicted, names: readonly string[] | undefined, rows: TestRows | undefined): Judged {
  const metrics = metricsOf(predicted, names);
  const values: Metrics = Object.fromEntries(metrics.map(metric => [metric.name, metric.of(predicted)]));
  return { values, evidence: rows ? rowEvidence(predicted, metrics, values, rows) : noEvidence };
}

/** What of `software` survived in `hardware`, on rows that are evidence or on a grid. */
export function judgeKept(software: Parts, hardware: Parts, rows: TestRows | undefined): Judged {
  const task = 'classes' in software ? 'classification' : 'regression';
  const pair = { software, hardware };
  const wanted = keptMetrics.filter(metric => metric.task === task);
  const values = measureKept(pair);
  return { values, evidence: rows ? rowEvidence(pair, wanted, values, rows) : noEvidence };
}

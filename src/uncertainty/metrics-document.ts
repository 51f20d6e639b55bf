import { keyOf } from '../random/index.ts';
import type { ReliabilityBin } from './calibration.ts';
import { classPredicted } from './class-predicted.ts';
import { type ClassRecord, classRecords } from './confusion.ts';
import { crossedMetric } from './crossed.ts';
import type { Interval } from './interval.ts';
import { measure, metricsFor } from './metrics/index.ts';
import type { PredictionsFile } from './predictions-file.ts';
import { predictive } from './predictive.ts';
import type { RiskCoverage } from './risk-coverage.ts';

/** What `posterohm metrics` prints beside the metrics themselves, which stand in it by name. */
export interface MetricsDocument {
  readonly schema: 'posterohm/metrics/1';
  readonly samples: number;
  readonly inputs: number;
  readonly classes: number;
  /** 95 % intervals over inputs of the headline metrics, by name. */
  readonly intervals: Readonly<Record<string, Interval>>;
  /** Recall, precision, F1 and counts of each class, under its name where there is one. */
  readonly byClass: ReadonlyArray<ClassRecord & { readonly name: string }>;
  /** Inputs by label (outer) and decision (inner). */
  readonly confusion: ReadonlyArray<readonly number[]>;
  /** Values per input in nats, [N]. */
  readonly totalEntropy: readonly number[];
  readonly expectedEntropy: readonly number[];
  readonly mutualInformation: readonly number[];
  readonly reliability: readonly ReliabilityBin[];
  readonly riskCoverage: RiskCoverage;
}

/** The metrics of a predictions file as one JSON document; undefined numbers are NaN, which JSON writes as null. */
export function metricsDocument(file: PredictionsFile): MetricsDocument & Readonly<Record<string, unknown>> {
  const { probabilities, samples, count, classes, labels, classNames } = file;
  const parts = predictive(probabilities, samples, count, classes);
  const given = classPredicted(parts, labels, undefined, classNames);
  const { confusion, reliability, riskCoverage } = given;
  const key = keyOf(0);
  const intervals: Record<string, Interval> = {};
  for (const metric of metricsFor(given)) {
    const found = metric.headline && (metric.when?.(given) ?? true) && crossedMetric(key, metric, [given]);
    if (found) intervals[metric.name] = found.rows;
  }
  return {
    schema: 'posterohm/metrics/1',
    samples,
    inputs: count,
    classes,
    ...measure(given),
    intervals,
    byClass: classRecords(confusion).map((record, c) => ({ name: classNames?.[c] ?? `${c}`, ...record })),
    confusion: Array.from({ length: classes }, (_, c) => [
      ...confusion.counts.subarray(c * classes, (c + 1) * classes),
    ]),
    totalEntropy: [...parts.total],
    expectedEntropy: [...parts.aleatoric],
    mutualInformation: [...parts.epistemic],
    reliability,
    riskCoverage,
  };
}

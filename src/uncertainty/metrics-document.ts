import type { Key } from '../random/index.ts';
import type { ReliabilityBin } from './calibration.ts';
import { classPredicted } from './class-predicted.ts';
import type { ClassRecord } from './confusion.ts';
import { crossedMetrics } from './crossed.ts';
import type { Ends } from './interval.ts';
import { metricsOf } from './metrics/index.ts';
import type { PredictionsFile } from './predictions-file.ts';
import { predictive } from './predictive.ts';
import type { RiskCoverage } from './risk-coverage.ts';

/** What `posterohm metrics` prints beside the metrics themselves, which stand in it by name. */
export interface MetricsDocument {
  readonly schema: 'posterohm/metrics/1';
  readonly samples: number;
  readonly inputs: number;
  readonly classes: number;
  /** Groups of inputs that are one piece of evidence; as many as inputs where the file has none. */
  readonly groups: number;
  /** 95 % intervals over inputs (over groups, where there are some) of the metrics, by name. */
  readonly intervals: Readonly<Record<string, Ends>>;
  /** Recall, precision, F1 and counts of each class, under its name, or its number where it has none. */
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
export function metricsDocument(key: Key, file: PredictionsFile): MetricsDocument & Readonly<Record<string, unknown>> {
  const { probabilities, samples, count, classes, labels, groups, classNames } = file;
  const parts = predictive(probabilities, samples, count, classes);
  const names = classNames ?? Array.from({ length: classes }, (_, c) => `${c}`);
  const given = classPredicted(parts, labels, undefined, names);
  const { confusion, reliability, riskCoverage } = given;
  const found = Object.entries(crossedMetrics(key, metricsOf(given), [given], { rows: groups }));
  return {
    schema: 'posterohm/metrics/1',
    samples,
    inputs: count,
    classes,
    groups: groups ? new Set(groups).size : count,
    ...Object.fromEntries(found.map(([name, { mean }]) => [name, mean])),
    intervals: Object.fromEntries(found.flatMap(([name, { rows }]) => (rows ? [[name, rows]] : []))),
    byClass: given.records.map((record, c) => ({ name: names[c]!, ...record })),
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

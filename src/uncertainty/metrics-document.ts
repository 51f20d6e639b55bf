import type { ReliabilityBin } from './calibration.ts';
import { type ClassificationMetrics, classificationEvaluation } from './classification.ts';
import type { PredictionsFile } from './predictions-file.ts';
import type { RiskCoverage } from './risk-coverage.ts';

/** What `posterohm metrics` prints: every number of `ClassificationMetrics`, then values per input in nats, [N]. */
export interface MetricsDocument extends ClassificationMetrics {
  readonly schema: 'posterohm/metrics/1';
  readonly samples: number;
  readonly inputs: number;
  readonly classes: number;
  readonly totalEntropy: readonly number[];
  readonly expectedEntropy: readonly number[];
  readonly mutualInformation: readonly number[];
  readonly reliability: readonly ReliabilityBin[];
  readonly riskCoverage: RiskCoverage;
}

/** The metrics of a predictions file as one JSON document; undefined detections are NaN, which JSON writes as null. */
export function metricsDocument(file: PredictionsFile): MetricsDocument {
  const { probabilities, samples, count, classes, labels } = file;
  const { metrics, reliability, riskCoverage, predictive } = classificationEvaluation(
    probabilities,
    samples,
    count,
    classes,
    labels,
  );
  return {
    schema: 'posterohm/metrics/1',
    samples,
    inputs: count,
    classes,
    ...metrics,
    totalEntropy: [...predictive.total],
    expectedEntropy: [...predictive.aleatoric],
    mutualInformation: [...predictive.epistemic],
    reliability,
    riskCoverage,
  };
}

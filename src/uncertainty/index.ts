export { type Calibration, calibration, type ReliabilityBin } from './calibration.ts';
export {
  type ClassificationEvaluation,
  type ClassificationMetrics,
  classificationEvaluation,
} from './classification.ts';
export { correlation } from './correlation.ts';
export { type Detection, detection, unseenDetection } from './detection.ts';
export { type Interval, interval, intervals } from './interval.ts';
export { type MetricsDocument, metricsDocument } from './metrics-document.ts';
export { type PairedTest, pairedTest } from './paired-test.ts';
export { type PredictionsFile, parsePredictions } from './predictions-file.ts';
export { decisions, type Predictive, predictive } from './predictive.ts';
export {
  type Preservation,
  preservation,
  type RegressionPreservation,
  regressionPreservation,
} from './preservation.ts';
export {
  type CoveragePoint,
  type PredictiveMoments,
  predictiveMoments,
  type RegressionEvaluation,
  type RegressionMetrics,
  regressionEvaluation,
} from './regression.ts';
export { type RiskCoverage, riskCoverage } from './risk-coverage.ts';
export { accuracy, brier, nll } from './scores.ts';
export { wasserstein, wassersteinPerColumn } from './wasserstein.ts';

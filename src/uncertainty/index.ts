export { answersNeed, type Selection, selectWithRisk } from './abstention.ts';
export type { RiskPromise } from './binomial.ts';
export { chanceError, type ReliabilityBin, reliabilityBins } from './calibration.ts';
export { type ClassLosses, type ClassPredicted, classPredicted } from './class-predicted.ts';
export { type ClassRecord, type Confusion, classRecords, confusionOf } from './confusion.ts';
export { correlation } from './correlation.ts';
export {
  type Crossed,
  crossedInterval,
  crossedMetrics,
  crossedRecords,
  type Judged,
  overall,
  type RowGroups,
} from './crossed.ts';
export type { CrossedInterval } from './crossing.ts';
export { type Detection, detection, unseenDetection } from './detection.ts';
export { exactShare, type ShareInterval } from './exact-share.ts';
export { type Ends, type Interval, interval, intervals } from './interval.ts';
export { classMetrics } from './metrics/classes.ts';
export { conformalMetrics, measureConformal } from './metrics/conformal.ts';
export {
  asksEntropies,
  asksUnseen,
  described,
  describedAs,
  headlines,
  measure,
  metrics,
  metricsFor,
  metricsOf,
  registerMetric,
} from './metrics/index.ts';
export { type KeptMetric, type KeptPair, keptMetrics, measureKept } from './metrics/kept.ts';
export type { Described, Metric } from './metrics/metric.ts';
export { type MetricsDocument, metricsDocument } from './metrics-document.ts';
export { MomentsSum, type PredictiveMoments, predictiveMoments } from './moments.ts';
export {
  classRead,
  gathered,
  levelEntropies,
  type NestedUnit,
  nestedEstimate,
  targetRead,
} from './nested.ts';
export { type PairedLoss, pairedLoss, rowsToDecide } from './paired-loss.ts';
export { difference, type PairedTest, pairedComparison, pairedCrossed, pairedTest } from './paired-test.ts';
export { type Predicted, rowLosses } from './predicted.ts';
export { type PredictionsFile, parsePredictions } from './predictions-file.ts';
export { decisions, type Predictive, PredictiveSum, predictive, predictiveOf } from './predictive.ts';
export {
  type CoveragePoint,
  type GaussianSamples,
  type RegressionLosses,
  type RegressionPredicted,
  regressionPredicted,
} from './regression-predicted.ts';
export { type RiskCoverage, riskCoverage } from './risk-coverage.ts';
export {
  allEvidence,
  noEvidence,
  pooledRows,
  type RowEvidence,
  rowEvidence,
  type TestRows,
  withHeld,
} from './row-evidence.ts';
export { shareEnds } from './share-ends.ts';
export {
  calibrateStopping,
  pairsNeeded,
  type Stopped,
  StoppedSum,
  type Stopping,
  type StoppingPromise,
  type StoppingRule,
  type Trajectory,
  trajectoryOf,
} from './stopping.ts';
export { wasserstein, wassersteinPerColumn } from './wasserstein.ts';
export type { Laws } from './wasserstein-laws.ts';

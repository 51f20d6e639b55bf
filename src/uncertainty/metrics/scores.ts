import type { ClassPredicted } from '../class-predicted.ts';
import { baseRate as baseRateOf, confusionOf } from '../confusion.ts';
import { mean } from '../correlation.ts';
import type { RegressionPredicted } from '../regression-predicted.ts';
import { averaged, type Metric, positive, share, weightedMean } from './metric.ts';

const accuracy = averaged({
  name: 'accuracy',
  unit: '1',
  label: 'Accuracy',
  better: 'higher',
  task: 'classification',
  bounds: share,
  headline: true,
  rows: ({ losses }: ClassPredicted) => losses.error.map(error => 1 - error),
});

const baseRate: Metric = {
  name: 'baseRate',
  unit: '1',
  label: 'Accuracy of always deciding the commonest class',
  better: 'neither',
  task: 'classification',
  bounds: share,
  headline: true,
  of: ({ confusion }: ClassPredicted) => baseRateOf(confusion),
  weighted: ({ labels, decisions, parts }: ClassPredicted, weights) =>
    baseRateOf(confusionOf(labels, decisions, parts.classes, weights)),
};

const rmse: Metric = {
  name: 'rmse',
  unit: 'target',
  label: 'RMSE',
  better: 'lower',
  task: 'regression',
  bounds: positive,
  headline: true,
  of: ({ losses }: RegressionPredicted) => Math.sqrt(mean(losses.squaredError)),
  weighted: ({ losses }: RegressionPredicted, weights) => Math.sqrt(weightedMean(losses.squaredError, weights)),
};

const likelihood = {
  name: 'nll',
  unit: 'nat',
  label: 'Negative log-likelihood',
  better: 'lower',
  headline: true,
} as const;

const classNll = averaged({
  ...likelihood,
  task: 'classification',
  bounds: positive,
  rows: ({ losses }: ClassPredicted) => losses.nll,
});

const regressionNll = averaged({
  ...likelihood,
  task: 'regression',
  rows: ({ losses }: RegressionPredicted) => losses.nll,
});

const brier = averaged({
  name: 'brier',
  unit: '1',
  label: 'Brier score',
  better: 'lower',
  task: 'classification',
  bounds: [0, 2],
  headline: true,
  rows: ({ losses }: ClassPredicted) => losses.brier,
});

/** How right the prediction is. */
export const scores: readonly Metric[] = [accuracy, baseRate, rmse, classNll, regressionNll, brier];

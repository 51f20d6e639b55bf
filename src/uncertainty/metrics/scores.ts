import type { ClassPredicted } from '../class-predicted.ts';
import { perInput } from '../per-input.ts';
import type { RegressionPredicted } from '../regression-predicted.ts';
import { allRows, averaged, type Metric, positive, rootOfMean, share } from './metric.ts';

const accuracy = averaged({
  name: 'accuracy',
  unit: '1',
  label: 'Accuracy',
  short: 'accuracy',
  better: 'higher',
  task: 'classification',
  bounds: share,
  headline: true,
  brief: true,
  shareOf: allRows,
  rows: ({ losses }: ClassPredicted) => losses.error.map(error => 1 - error),
});

/** The commonest label, the first of several. */
const commonest = ({ records }: ClassPredicted): number =>
  records.reduce((most, { labelled }, c) => (labelled > records[most]!.labelled ? c : most), 0);

const baseRate = averaged({
  name: 'baseRate',
  unit: '1',
  label: 'Accuracy of always deciding the commonest class',
  short: 'base rate',
  better: 'neither',
  task: 'classification',
  bounds: share,
  headline: true,
  shareOf: allRows,
  rows: (given: ClassPredicted) => {
    const label = commonest(given);
    return perInput(given.labels.length, n => (given.labels[n] === label ? 1 : 0));
  },
});

const rmse: Metric = {
  name: 'rmse',
  unit: 'target',
  label: 'RMSE',
  better: 'lower',
  task: 'regression',
  bounds: positive,
  headline: true,
  brief: true,
  of: ({ losses }: RegressionPredicted) => rootOfMean(losses.squaredError).root,
  rows: ({ losses }: RegressionPredicted) => rootOfMean(losses.squaredError).rows,
};

const likelihood = {
  name: 'nll',
  unit: 'nat',
  label: 'Negative log-likelihood',
  short: 'NLL',
  better: 'lower',
  headline: true,
  brief: true,
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
  short: 'Brier score',
  better: 'lower',
  task: 'classification',
  bounds: [0, 2],
  headline: true,
  rows: ({ losses }: ClassPredicted) => losses.brier,
});

/** How right the prediction is; what sees probabilities comes before what sees decisions alone. */
export const scores: readonly Metric[] = [classNll, regressionNll, brier, accuracy, baseRate, rmse];

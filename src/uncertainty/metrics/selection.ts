import type { Predicted } from '../predicted.ts';
import { allRows, type Metric, positive, share } from './metric.ts';

const area = {
  name: 'riskCoverageArea',
  label: 'Area under risk over coverage',
  better: 'lower',
  of: ({ riskCoverage }: Predicted) => riskCoverage.area,
  rows: ({ riskCoverageRows }: Predicted) => riskCoverageRows,
} as const;

/** What is gained by leaving the uncertain inputs unanswered. */
export const selection: readonly Metric[] = [
  { ...area, unit: '1', task: 'classification', bounds: share, shareOf: allRows },
  { ...area, unit: 'target²', task: 'regression', bounds: positive },
];

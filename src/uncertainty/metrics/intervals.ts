import type { RegressionPredicted } from '../regression-predicted.ts';
import { allRows, averaged, type Metric, positive, share } from './metric.ts';

const levels = [50, 90, 95] as const;

/** Central intervals of regressions: how many targets they hold, and how wide they are. */
export const centralIntervals: readonly Metric[] = [
  ...levels.map(level =>
    averaged({
      name: `coverage${level}`,
      unit: '1',
      label: `Targets inside the ${level} % interval`,
      better: 'neither',
      task: 'regression',
      bounds: share,
      short: `inside ${level} %`,
      ...(level === 90 && { headline: true as const, brief: true as const }),
      shareOf: allRows,
      rows: (given: RegressionPredicted) => given.covered(level / 100),
    }),
  ),
  ...levels.map(level =>
    averaged({
      name: `width${level}`,
      unit: 'target',
      label: `Width of the ${level} % interval`,
      short: `width of ${level} %`,
      ...(level === 90 && { doubt: true as const }),
      better: 'lower',
      task: 'regression',
      bounds: positive,
      rows: (given: RegressionPredicted) => given.widths(level / 100),
    }),
  ),
];

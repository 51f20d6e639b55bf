import { classScores, conformalThreshold, intervalScores, predictionSets, withinThreshold } from '../../bayes/index.ts';
import { mean } from '../correlation.ts';
import type { Predicted } from '../predicted.ts';
import { rowMeans } from '../regression-predicted.ts';
import { allRows, type Judge, positive, share } from './metric.ts';

/** Rows kept out of training and correction, which set the threshold, and the rows whose sets or intervals are judged. */
export interface ConformalPair {
  readonly held: Predicted;
  readonly tested: Predicted;
  /** Share of answers that sets and intervals may miss. */
  readonly miss: number;
}

/** A number that judges split conformal sets or intervals. */
export type ConformalMetric = Judge<ConformalPair>;

const both = (
  metric: Omit<ConformalMetric, 'task' | 'unit' | 'of' | 'rows'> & { rows(pair: ConformalPair): Float64Array },
  unit: string,
  ofRegression = unit,
): ConformalMetric[] => {
  const shared = { ...metric, of: (pair: ConformalPair) => mean(metric.rows(pair)) };
  return [
    { ...shared, unit, task: 'classification' },
    { ...shared, unit: ofRegression, task: 'regression' },
  ];
};

export const conformalMetrics: readonly ConformalMetric[] = [
  ...both(
    {
      name: 'conformalCoverage',
      label: 'Answers inside conformal sets or intervals',
      headline: true,
      brief: true,
      better: 'neither',
      bounds: share,
      shareOf: ({ tested }) => allRows(tested),
      rows: pair => conformal(pair).inside,
    },
    '1',
  ),
  ...both(
    {
      name: 'conformalSize',
      label: 'Size of conformal sets or intervals',
      headline: true,
      brief: true,
      better: 'lower',
      bounds: positive,
      rows: pair => conformal(pair).size,
    },
    'class',
    'target',
  ),
];

/** Coverage and mean size of conformal sets or intervals, by name. */
export function measureConformal(pair: ConformalPair): Record<string, number> {
  const wanted = conformalMetrics.filter(({ task }) => task === pair.tested.task);
  return Object.fromEntries(wanted.map(metric => [metric.name, metric.of(pair)]));
}

/** Of every input: the share of its answers that sets or intervals hold, and the classes in the set or the intervals' mean width. */
function conformal({ held, tested, miss }: ConformalPair): { inside: Float64Array; size: Float64Array } {
  if (held.task === 'classification' && tested.task === 'classification') {
    const { classes } = tested.parts;
    const threshold = conformalThreshold(classScores(held.parts.mean, held.labels, classes), miss);
    const sets = predictionSets(tested.parts.mean, threshold);
    return {
      inside: Float64Array.from(tested.labels, (label, n) => sets[n * classes + label]!),
      size: Float64Array.from(tested.labels, (_, n) =>
        sets.subarray(n * classes, (n + 1) * classes).reduce((total, member) => total + member, 0),
      ),
    };
  }
  if (held.task === 'classification' || tested.task === 'classification') throw new Error('internal: two tasks in one');
  const threshold = conformalThreshold(intervalScores(held.parts.mean, held.parts.total, held.targets), miss);
  const { mean: means, total, outputs } = tested.parts;
  const inside = intervalScores(means, total, tested.targets).map(score => (withinThreshold(score, threshold) ? 1 : 0));
  return {
    inside: rowMeans(inside, outputs),
    size: rowMeans(
      total.map(std => 2 * threshold * std),
      outputs,
    ),
  };
}

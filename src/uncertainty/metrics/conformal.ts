import { classScores, conformalThreshold, intervalScores, predictionSets, withinThreshold } from '../../bayes/index.ts';
import { mean } from '../correlation.ts';
import type { Predicted } from '../predicted.ts';
import { type Described, positive, share } from './metric.ts';

/** Rows kept out of training and correction, which set the threshold, and the rows whose sets or intervals are judged. */
export interface ConformalPair {
  readonly held: Predicted;
  readonly tested: Predicted;
  /** Share of answers that sets and intervals may miss. */
  readonly miss: number;
}

/** A number that judges split conformal sets or intervals. */
export interface ConformalMetric extends Described {
  of(pair: ConformalPair): number;
}

const both = (metric: Omit<ConformalMetric, 'task' | 'unit'>, unit: string, ofRegression = unit): ConformalMetric[] => [
  { ...metric, unit, task: 'classification' },
  { ...metric, unit: ofRegression, task: 'regression' },
];

export const conformalMetrics: readonly ConformalMetric[] = [
  ...both(
    {
      name: 'conformalCoverage',
      label: 'Answers inside conformal sets or intervals',
      better: 'neither',
      bounds: share,
      of: pair => mean(conformal(pair).inside),
    },
    '1',
  ),
  ...both(
    {
      name: 'conformalSize',
      label: 'Size of conformal sets or intervals',
      better: 'lower',
      bounds: positive,
      of: pair => mean(conformal(pair).size),
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

/** Of every answer: whether its set or interval holds it (1 or 0), and the classes in the set or the interval's width. */
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
  return {
    inside: intervalScores(tested.parts.mean, tested.parts.total, tested.targets).map(score =>
      withinThreshold(score, threshold) ? 1 : 0,
    ),
    size: tested.parts.total.map(std => 2 * threshold * std),
  };
}

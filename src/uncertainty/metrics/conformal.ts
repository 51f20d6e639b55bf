import { classScores, conformalThreshold, intervalScores, predictionSets, withinThreshold } from '../../bayes/index.ts';
import { mean } from '../correlation.ts';
import { perInput } from '../per-input.ts';
import type { Predicted } from '../predicted.ts';
import { rowMeans } from '../regression-predicted.ts';
import type { Reweighted } from '../resampled.ts';
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
      reweighted: throughThreshold('inside'),
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
      reweighted: throughThreshold('size'),
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
function conformal(pair: ConformalPair): ByInput {
  const { scores, inputs } = conformalParts(pair);
  return inputs(conformalThreshold(scores, pair.miss));
}

interface ByInput {
  readonly inside: Float64Array;
  readonly size: Float64Array;
}

/** Scores of the answers held back, `perRow` for each row, and what a threshold makes of the inputs tested. */
interface ConformalParts {
  readonly scores: Float64Array;
  readonly perRow: number;
  inputs(threshold: number): ByInput;
  /** The mean of one of these over inputs, quick for many thresholds. */
  means(which: keyof ByInput): (threshold: number) => number;
}

function conformalParts({ held, tested }: ConformalPair): ConformalParts {
  if (held.task === 'classification' && tested.task === 'classification') {
    const { mean: p, classes, count } = tested.parts;
    return {
      scores: classScores(held.parts.mean, held.labels, classes),
      perRow: 1,
      inputs: threshold => {
        const sets = predictionSets(p, threshold);
        return {
          inside: perInput(count, n => sets[n * classes + tested.labels[n]!]!),
          size: perInput(count, n => {
            let members = 0;
            for (let c = 0; c < classes; c++) members += sets[n * classes + c]!;
            return members;
          }),
        };
      },
      means: which =>
        shareWithin(
          which === 'inside' ? classScores(p, tested.labels, classes) : perInput(p.length, i => 1 - p[i]!),
          count,
        ),
    };
  }
  if (held.task === 'classification' || tested.task === 'classification') throw new Error('internal: two tasks in one');
  const { mean: means, total, outputs } = tested.parts;
  const errors = intervalScores(means, total, tested.targets);
  return {
    scores: intervalScores(held.parts.mean, held.parts.total, held.targets),
    perRow: held.parts.outputs,
    inputs: threshold => ({
      inside: rowMeans(
        errors.map(score => (withinThreshold(score, threshold) ? 1 : 0)),
        outputs,
      ),
      size: rowMeans(
        total.map(std => 2 * threshold * std),
        outputs,
      ),
    }),
    means: which => {
      if (which === 'inside') return shareWithin(errors, errors.length);
      const width = 2 * mean(total);
      return threshold => width * threshold;
    },
  };
}

/** Scores that are within a threshold, over `count`. */
function shareWithin(scores: Float64Array, count: number): (threshold: number) => number {
  const sorted = scores.slice().sort();
  return threshold => {
    let from = 0;
    let to = sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (withinThreshold(sorted[middle]!, threshold)) from = middle + 1;
      else to = middle;
    }
    return from / count;
  };
}

/** How a mean over inputs varies with the rows held back: through the threshold that they set. */
function throughThreshold(which: keyof ByInput): Reweighted<ConformalPair> {
  return {
    samples: ['held'],
    open: pair => {
      const { scores, perRow, means } = conformalParts(pair);
      const meanAt = means(which);
      const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
      return ({ held }) => meanAt(weightedThreshold(scores, order, perRow, pair.miss, held!));
    },
  };
}

/** The least score that, where answers count as often as their rows, has as much of them up to it as `conformalThreshold` asks for. */
function weightedThreshold(
  scores: Float64Array,
  order: Uint32Array,
  perRow: number,
  miss: number,
  weights: Float64Array,
): number {
  const count = scores.length;
  const rank = Math.ceil((count + 1) * (1 - miss));
  if (rank > count) return Number.POSITIVE_INFINITY;
  const all = perRow * weights.reduce((sum, w) => sum + w, 0);
  let sum = 0;
  for (const i of order) {
    sum += weights[Math.floor(i / perRow)]!;
    if (sum >= (all * (rank - 0.5)) / count) return scores[i]!;
  }
  return scores[order[count - 1]!]!;
}

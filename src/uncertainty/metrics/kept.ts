import { insist } from '../../base/index.ts';
import { correlation, correlationRows, mean } from '../correlation.ts';
import type { PredictiveMoments } from '../moments.ts';
import { perInput } from '../per-input.ts';
import { decisions, type Predictive } from '../predictive.ts';
import { rowMeans } from '../regression-predicted.ts';
import { type Judge, rootOfMean } from './metric.ts';

/**
 * Software and hardware on the same inputs: a test set, or a grid over the input plane. Their numbers of samples may
 * differ.
 */
export interface KeptPair<Parts extends Predictive | PredictiveMoments = Predictive | PredictiveMoments> {
  readonly software: Parts;
  readonly hardware: Parts;
}

/** A number that says what of the software prediction survived. */
export type KeptMetric = Judge<KeptPair>;

type Part = 'mean' | 'total' | 'aleatoric' | 'epistemic';

/** Pearson's correlation over inputs (and outputs); 0 where one side is constant. */
const alike = (
  task: KeptMetric['task'],
  name: string,
  what: string,
  part: Part,
  shown: Pick<KeptMetric, 'short' | 'headline' | 'brief'> = {},
): KeptMetric => ({
  ...shown,
  name: `${name}Correlation`,
  unit: '1',
  label: `Correlation of ${what} with software`,
  better: 'higher',
  task,
  bounds: [-1, 1],
  of: ({ software, hardware }) => correlation(software[part], hardware[part]),
  rows: ({ software, hardware }) => byInput(correlationRows(software[part], hardware[part]), hardware.count),
});

/** Mean over inputs (and outputs) of hardware − software. */
const apart = (task: KeptMetric['task'], part: 'aleatoric' | 'epistemic'): KeptMetric => ({
  ...meanOf(({ software, hardware }) =>
    byInput(
      hardware[part].map((value, i) => value - software[part][i]!),
      hardware.count,
    ),
  ),
  name: `${part}Difference`,
  unit: task === 'classification' ? 'nat' : 'target',
  label: `${part[0]!.toUpperCase()}${part.slice(1)} uncertainty, hardware − software`,
  better: 'neither',
  task,
});

/** The mean of a number per input. */
const meanOf = (rows: (pair: KeptPair) => Float64Array): Pick<KeptMetric, 'of' | 'rows'> => ({
  rows,
  of: pair => mean(rows(pair)),
});

/** Means over the outputs of every input. */
const byInput = (values: Float64Array, count: number): Float64Array => rowMeans(values, values.length / count);

/** Share of inputs with the same decision. */
const agreement: KeptMetric = {
  name: 'decisionAgreement',
  unit: '1',
  label: 'Decisions that agree with software',
  short: 'decisions kept',
  headline: true,
  brief: true,
  better: 'higher',
  task: 'classification',
  bounds: [0, 1],
  shareOf: ({ hardware }) => new Float64Array(hardware.count).fill(1),
  ...meanOf(({ software, hardware }) => {
    const [a, b] = [software, hardware].map(decisionsOf) as [Int32Array, Int32Array];
    return perInput(a.length, n => (a[n] === b[n] ? 1 : 0));
  }),
};

const decisionsOf = (parts: KeptPair['software']): Int32Array =>
  'classes' in parts ? decisions(parts.mean, parts.count, parts.classes) : new Int32Array();

/** Root mean square of hardware mean − software mean. */
const meanDifference: KeptMetric = {
  name: 'meanDifference',
  unit: 'target',
  label: 'Difference of means from software, root mean square',
  better: 'lower',
  task: 'regression',
  bounds: [0, Number.POSITIVE_INFINITY],
  of: pair => rootOfMean(squaresOf(pair)).root,
  rows: pair => rootOfMean(squaresOf(pair)).rows,
};

const squaresOf = ({ software, hardware }: KeptPair): Float64Array =>
  byInput(
    software.mean.map((m, n) => (m - hardware.mean[n]!) ** 2),
    hardware.count,
  );

/** What of a prediction's decisions, means and uncertainties survived on hardware. */
export const keptMetrics: readonly KeptMetric[] = [
  agreement,
  alike('regression', 'mean', 'means', 'mean', { short: 'means r', headline: true, brief: true }),
  alike('regression', 'std', 'spreads', 'total', { short: 'spreads r', headline: true, brief: true }),
  alike('classification', 'aleatoric', 'aleatoric uncertainty', 'aleatoric', { short: 'aleatoric r', headline: true }),
  alike('classification', 'epistemic', 'epistemic uncertainty', 'epistemic', {
    short: 'epistemic r',
    headline: true,
    brief: true,
  }),
  alike('regression', 'aleatoric', 'aleatoric uncertainty', 'aleatoric', { short: 'aleatoric r' }),
  alike('regression', 'epistemic', 'epistemic uncertainty', 'epistemic', { short: 'epistemic r' }),
  meanDifference,
  ...(['classification', 'regression'] as const).flatMap(task => [apart(task, 'aleatoric'), apart(task, 'epistemic')]),
];

/** All of them for a pair of class probabilities, or of moments. */
export function measureKept(pair: KeptPair): Record<string, number> {
  const { software, hardware } = pair;
  const task = 'classes' in software ? 'classification' : 'regression';
  const width = (parts: Predictive | PredictiveMoments) => ('classes' in parts ? parts.classes : parts.outputs);
  insist(
    'classes' in software === 'classes' in hardware &&
      software.count === hardware.count &&
      width(software) === width(hardware),
    `hardware: must predict the software's inputs and ${task === 'classification' ? 'classes' : 'outputs'}, ${software.count} × ${width(software)}, got ${hardware.count} × ${width(hardware)}.`,
  );
  const wanted = keptMetrics.filter(metric => metric.task === task);
  return Object.fromEntries(wanted.map(metric => [metric.name, metric.of(pair)]));
}

import { insist } from '../../base/index.ts';
import { correlation, mean } from '../correlation.ts';
import type { PredictiveMoments } from '../moments.ts';
import { decisions, type Predictive } from '../predictive.ts';
import type { Described } from './metric.ts';

/**
 * Software and hardware on the same inputs: a test set, or a grid over the input plane. Their numbers of samples may
 * differ.
 */
export interface KeptPair<Parts extends Predictive | PredictiveMoments = Predictive | PredictiveMoments> {
  readonly software: Parts;
  readonly hardware: Parts;
}

/** A number that says what of the software prediction survived. */
export interface KeptMetric extends Described {
  of(pair: KeptPair): number;
}

type Part = 'mean' | 'total' | 'aleatoric' | 'epistemic';

/** Pearson's correlation over inputs (and outputs); 0 where one side is constant. */
const alike = (task: KeptMetric['task'], name: string, what: string, part: Part): KeptMetric => ({
  name: `${name}Correlation`,
  unit: '1',
  label: `Correlation of ${what} with software`,
  better: 'higher',
  task,
  bounds: [-1, 1],
  of: ({ software, hardware }) => correlation(software[part], hardware[part]),
});

/** Mean over inputs (and outputs) of hardware − software. */
const apart = (task: KeptMetric['task'], part: 'aleatoric' | 'epistemic'): KeptMetric => ({
  name: `${part}Difference`,
  unit: task === 'classification' ? 'nat' : 'target',
  label: `${part[0]!.toUpperCase()}${part.slice(1)} uncertainty, hardware − software`,
  better: 'neither',
  task,
  of: ({ software, hardware }) => mean(hardware[part]) - mean(software[part]),
});

/** Share of inputs with the same decision. */
const agreement: KeptMetric = {
  name: 'decisionAgreement',
  unit: '1',
  label: 'Decisions that agree with software',
  better: 'higher',
  task: 'classification',
  bounds: [0, 1],
  of({ software, hardware }: KeptPair<Predictive>) {
    const a = decisions(software.mean, software.count, software.classes);
    const b = decisions(hardware.mean, hardware.count, hardware.classes);
    return a.reduce((same, decision, n) => same + (decision === b[n] ? 1 : 0), 0) / a.length;
  },
};

/** Root mean square of hardware mean − software mean. */
const meanDifference: KeptMetric = {
  name: 'meanDifference',
  unit: 'target',
  label: 'Difference of means from software, root mean square',
  better: 'lower',
  task: 'regression',
  bounds: [0, Number.POSITIVE_INFINITY],
  of: ({ software, hardware }) => Math.sqrt(mean(software.mean.map((m, n) => (m - hardware.mean[n]!) ** 2))),
};

/** What of a prediction's decisions, means and uncertainties survived on hardware. */
export const keptMetrics: readonly KeptMetric[] = [
  agreement,
  alike('regression', 'mean', 'means', 'mean'),
  alike('regression', 'std', 'spreads', 'total'),
  ...(['classification', 'regression'] as const).flatMap(task => [
    alike(task, 'aleatoric', 'aleatoric uncertainty', 'aleatoric'),
    alike(task, 'epistemic', 'epistemic uncertainty', 'epistemic'),
  ]),
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

import type { ClassPredicted } from '../class-predicted.ts';
import { perInput } from '../per-input.ts';
import type { Predicted } from '../predicted.ts';
import { decisions } from '../predictive.ts';
import { logLosses } from '../scores.ts';
import type { Stopped } from '../stopping.ts';
import { allRows, averaged, type Metric, positive, share } from './metric.ts';

const stops = (given: Predicted): boolean => given.task === 'classification' && given.stopped !== undefined;

const common = { task: 'classification', better: 'lower', when: stops } as const;

const stoppedOf = (given: ClassPredicted): Stopped => {
  if (!given.stopped) throw new Error('internal: asked for stopping where all samples were taken');
  return given.stopped;
};

/** What taking no more samples than a rule asks for comes to, against all samples of the same chip. */
export const stoppingMetrics: readonly Metric[] = [
  averaged({
    ...common,
    name: 'meanSamples',
    unit: '1',
    label: 'Samples taken',
    bounds: positive,
    rows: (given: ClassPredicted) => Float64Array.from(stoppedOf(given).samples),
  }),
  {
    ...common,
    name: 'samples99',
    unit: '1',
    label: 'Samples taken, 99th percentile',
    bounds: positive,
    of(given: ClassPredicted) {
      const inOrder = Float64Array.from(stoppedOf(given).samples).sort();
      return inOrder[Math.ceil(0.99 * inOrder.length) - 1]!;
    },
  },
  averaged({
    ...common,
    name: 'stoppingRisk',
    unit: '1',
    label: 'Decided otherwise than by all samples',
    bounds: share,
    rows(given: ClassPredicted) {
      const { parts } = given;
      const all = decisions(stoppedOf(given).all, parts.count, parts.classes);
      return perInput(parts.count, n => (given.decisions[n] === all[n] ? 0 : 1));
    },
    shareOf: allRows,
  }),
  averaged({
    ...common,
    name: 'stoppingNll',
    unit: 'nat',
    label: 'NLL beyond that of all samples',
    rows(given: ClassPredicted) {
      const whole = logLosses({ mean: stoppedOf(given).all, classes: given.parts.classes }, given.labels);
      return given.losses.nll.map((loss, n) => loss - whole[n]!);
    },
  }),
];

import type { NdArray } from '../data/index.ts';
import { type Outputs, probabilities } from '../inference/index.ts';
import {
  type CoveragePoint,
  classificationEvaluation,
  type Predictive,
  type PredictiveMoments,
  preservation,
  type ReliabilityBin,
  type RiskCoverage,
  regressionEvaluation,
  regressionPreservation,
} from '../uncertainty/index.ts';
import type { Prediction } from './predict.ts';
import type { Setting } from './setting.ts';

/** Metrics by name. */
export type Metrics = Readonly<Record<string, number>>;

/** Reliability (bins of confidence, or levels of intervals) and risk over coverage. */
export interface Curves {
  readonly reliability: readonly ReliabilityBin[] | readonly CoveragePoint[];
  readonly riskCoverage: RiskCoverage;
}

/** One prediction judged: software, or one chip at one time. */
export interface Judged {
  readonly metrics: Metrics;
  readonly curves: Curves;
  readonly parts: Predictive | PredictiveMoments;
}

export type Side = 'software' | 'hardware' | 'deterministic';

/** Judges one prediction on the test split; chip and time count for the two hardware sides only. */
export function judge(setting: Setting, prediction: Prediction, side: Side, chip = 0, time = 0): Judged {
  const { dataset } = setting;
  const test = outputsOf(prediction[`${side}/test`]!, chip, time);
  if (dataset.task === 'regression') return judgeRegression(setting, prediction, test);
  const unseen = prediction[`${side}/unseen`];
  const { metrics, reliability, riskCoverage, predictive } = classificationEvaluation(
    probabilities(test),
    test.samples,
    test.count,
    test.outputs,
    dataset.test.labels,
    unseen && probabilities(outputsOf(unseen, chip, time)),
  );
  return { metrics: { ...metrics }, curves: { reliability, riskCoverage }, parts: predictive };
}

function judgeRegression({ dataset, model }: Setting, prediction: Prediction, test: Outputs): Judged {
  const targets = dataset.outputNames.length;
  const { mean, std } = dataset.targetScale ?? { mean: new Float64Array(targets), std: new Float64Array(targets).fill(1) };
  const noise = prediction['software/noise'];
  const means = new Float64Array(test.samples * test.count * targets);
  const stds = new Float64Array(means.length);
  for (let row = 0, at = 0; row < test.samples * test.count; row++) {
    for (let d = 0; d < targets; d++, at++) {
      const from = row * test.outputs + d;
      const spread =
        model.likelihood.kind === 'heteroscedastic'
          ? Math.exp(0.5 * test.values[from + targets]!)
          : Number(noise!.data[d]);
      means[at] = mean[d]! + std[d]! * test.values[from]!;
      stds[at] = std[d]! * spread;
    }
  }
  const truth = Float64Array.from(dataset.test.targets, (y, i) => mean[i % targets]! + std[i % targets]! * y);
  const { metrics, reliability, riskCoverage, moments } = regressionEvaluation(
    means,
    stds,
    test.samples,
    test.count,
    targets,
    truth,
  );
  return { metrics: { ...metrics }, curves: { reliability, riskCoverage }, parts: moments };
}

/** Decision and uncertainty maps over the grid: of software, or of one chip. */
export function mapsOf(prediction: Prediction, side: Side, chip = 0): Predictive {
  const mean = prediction[`${side}/grid/mean`]!;
  const [count, classes] = mean.shape.slice(-2) as [number, number];
  const part = (name: string, length: number) =>
    Float64Array.from((prediction[`${side}/grid/${name}`]!.data as Float32Array).subarray(chip * length, (chip + 1) * length));
  const aleatoric = part('aleatoric', count);
  const epistemic = part('epistemic', count);
  const total = aleatoric.map((a, i) => a + epistemic[i]!);
  return { count, classes, mean: part('mean', count * classes), total, aleatoric, epistemic };
}

/** What of `software` survived in `hardware`. */
export function preservedOf(software: Judged['parts'], hardware: Judged['parts']): Metrics {
  return 'classes' in software && 'classes' in hardware
    ? { ...preservation({ software, hardware }) }
    : {
        ...regressionPreservation({
          software: software as PredictiveMoments,
          hardware: hardware as PredictiveMoments,
        }),
      };
}

/** The outputs of one chip and time in [chips, times, samples, inputs, outputs], or all of [samples, inputs, outputs]. */
function outputsOf({ shape, data }: NdArray, chip: number, time: number): Outputs {
  const [samples, count, outputs] = shape.slice(-3) as [number, number, number];
  const length = samples * count * outputs;
  const at = shape.length === 5 ? (chip * shape[1]! + time) * length : 0;
  return { values: (data as Float32Array).subarray(at, at + length), samples, count, outputs };
}

import type { NdArray, Split } from '../data/index.ts';
import { type Outputs, probabilities } from '../inference/index.ts';
import {
  type CoveragePoint,
  classPredicted,
  type KeptPair,
  measure,
  measureKept,
  type Predicted,
  type Predictive,
  type PredictiveMoments,
  predictive,
  type ReliabilityBin,
  type RiskCoverage,
  regressionPredicted,
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
  const unseen = prediction[`${side}/unseen`];
  return judgeOutputs(
    setting,
    outputsOf(prediction[`${side}/test`]!, chip, time),
    setting.dataset.test,
    prediction['software/noise']?.data as Float64Array | undefined,
    unseen && outputsOf(unseen, chip, time),
  );
}

/** Judges network outputs on a split, as `predictedOf` takes them. */
export function judgeOutputs(
  setting: Setting,
  outputs: Outputs,
  split: Split,
  noise?: Float64Array,
  unseen?: Outputs,
): Judged {
  const predicted = predictedOf(setting, outputs, split, noise, unseen);
  const { reliability, riskCoverage, parts } = predicted;
  return { metrics: measure(predicted), curves: { reliability, riskCoverage }, parts };
}

/**
 * Network outputs on a split with its labels or targets, regression in the targets' own unit. `noise` is the spread of each
 * target in standardised units, [targets], where the network does not say it.
 */
export function predictedOf(
  setting: Setting,
  outputs: Outputs,
  split: Split,
  noise?: Float64Array,
  unseen?: Outputs,
): Predicted {
  const { dataset, model } = setting;
  const { samples, count } = outputs;
  if (dataset.task === 'classification') {
    const parts = (of: Outputs) => predictive(probabilities(of), of.samples, of.count, of.outputs);
    return classPredicted(parts(outputs), split.labels, unseen && parts(unseen));
  }
  const targets = dataset.outputNames.length;
  const mean = dataset.targetScale?.mean ?? new Float64Array(targets);
  const std = dataset.targetScale?.std ?? new Float64Array(targets).fill(1);
  const means = new Float64Array(samples * count * targets);
  const stds = new Float64Array(means.length);
  for (let row = 0, at = 0; row < samples * count; row++) {
    for (let d = 0; d < targets; d++, at++) {
      const from = row * outputs.outputs + d;
      const heteroscedastic = model.likelihood.kind === 'heteroscedastic';
      means[at] = mean[d]! + std[d]! * outputs.values[from]!;
      stds[at] = std[d]! * (heteroscedastic ? Math.exp(0.5 * outputs.values[from + targets]!) : noise![d]!);
    }
  }
  return regressionPredicted({ means, stds, samples, count, outputs: targets }, targetsOf(setting, split));
}

/** Regression targets of a split in their own unit, [rows, targets]. */
function targetsOf({ dataset }: Setting, split: Split): Float64Array {
  const { targetScale, outputNames } = dataset;
  const width = outputNames.length;
  if (!targetScale) return Float64Array.from(split.targets);
  const { mean, std } = targetScale;
  return Float64Array.from(split.targets, (y, i) => mean[i % width]! + std[i % width]! * y);
}

/** Decision and uncertainty maps over the grid: of software, or of one chip. */
export function mapsOf(prediction: Prediction, side: Side, chip = 0): Predictive {
  const mean = prediction[`${side}/grid/mean`]!;
  const [count, classes] = mean.shape.slice(-2) as [number, number];
  const part = (name: string, length: number) =>
    Float64Array.from(
      (prediction[`${side}/grid/${name}`]!.data as Float32Array).subarray(chip * length, (chip + 1) * length),
    );
  const aleatoric = part('aleatoric', count);
  const epistemic = part('epistemic', count);
  const total = aleatoric.map((a, i) => a + epistemic[i]!);
  return { count, classes, mean: part('mean', count * classes), total, aleatoric, epistemic };
}

/** What of `software` survived in `hardware`. */
export function preservedOf(software: Judged['parts'], hardware: Judged['parts']): Metrics {
  return measureKept({ software, hardware } as KeptPair);
}

/** The outputs of one chip and time in [chips, times, samples, inputs, outputs], or all of [samples, inputs, outputs]. */
export function outputsOf({ shape, data }: NdArray, chip: number, time: number): Outputs {
  const [samples, count, outputs] = shape.slice(-3) as [number, number, number];
  const length = samples * count * outputs;
  const at = shape.length === 5 ? (chip * shape[1]! + time) * length : 0;
  return { values: (data as Float32Array).subarray(at, at + length), samples, count, outputs };
}

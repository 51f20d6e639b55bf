import type { Model } from '../bayes/index.ts';
import type { Dataset, Split } from '../data/index.ts';
import { type Outputs, probabilities, probabilitiesOf } from '../inference/index.ts';
import {
  type CoveragePoint,
  classPredicted,
  type Ends,
  type GaussianSamples,
  type Interval,
  type Predicted,
  type Predictive,
  type PredictiveMoments,
  predictiveOf,
  type ReliabilityBin,
  type RiskCoverage,
  regressionPredicted,
  type Stopped,
  StoppedSum,
  type StoppingRule,
} from '../uncertainty/index.ts';

/** Metrics by name. */
export type Metrics = Readonly<Record<string, number>>;

/** What is predicted for each row and how sure: entropies of classes or moments of targets. */
export type Parts = Predictive | PredictiveMoments;

/** Reliability (bins of confidence, or levels of intervals) and risk over coverage. */
export interface Curves {
  readonly reliability: readonly ReliabilityBin[] | readonly CoveragePoint[];
  readonly riskCoverage: RiskCoverage;
}

/** A bin over all chips: inputs a chip, and the 95 % interval of its accuracy where it holds any. */
export interface PooledBin extends ReliabilityBin {
  readonly ends?: Ends;
}

/** Curves over all chips of a kind. */
export interface PooledCurves {
  readonly reliability: readonly PooledBin[] | readonly (CoveragePoint & Ends)[];
  /** The risk where a share of the inputs is answered, most certain first. */
  readonly riskCoverage: readonly ({ readonly coverage: number } & Interval)[];
}

/**
 * Network outputs on a split with its labels or targets, regression in the targets' own unit. `noise` is the spread of each
 * target in standardised units, [targets], where the network does not say it; with `stopping` samples of classes stop at the margin
 * λ/√m.
 */
export function predictedOf(
  model: Pick<Model, 'likelihood'>,
  data: Dataset,
  outputs: Outputs,
  split: Split,
  noise?: Float64Array,
  unseen?: Outputs,
  stopping?: StoppingRule,
): Predicted {
  if (data.task === 'classification') {
    const strangers = unseen && classesOf(unseen, stopping).parts;
    const { parts, stopped } = classesOf(outputs, stopping);
    return classPredicted(parts, split.labels, strangers, data.outputNames, { stopped });
  }
  return regressionPredicted(targetSamples(model, data, outputs, noise), targetsOf(data, split));
}

/** What samples say of regression targets in their own unit: means and spreads, [samples, rows, targets]. */
export function targetSamples(
  model: Pick<Model, 'likelihood'>,
  data: Dataset,
  outputs: Outputs,
  noise?: Float64Array,
): GaussianSamples {
  const { samples, count } = outputs;
  const targets = data.outputNames.length;
  const mean = data.targetScale?.mean ?? new Float64Array(targets);
  const std = data.targetScale?.std ?? new Float64Array(targets).fill(1);
  const means = new Float64Array(samples * count * targets);
  const stds = new Float64Array(means.length);
  const heteroscedastic = model.likelihood.kind === 'heteroscedastic';
  for (let row = 0, at = 0; row < samples * count; row++) {
    for (let d = 0; d < targets; d++, at++) {
      const from = row * outputs.outputs + d;
      means[at] = mean[d]! + std[d]! * outputs.values[from]!;
      stds[at] = std[d]! * (heteroscedastic ? Math.exp(0.5 * outputs.values[from + targets]!) : noise![d]!);
    }
  }
  return { means, stds, samples, count, outputs: targets };
}

/** What samples of logits say of each row's class, where they may stop at the margin λ/√m. */
function classesOf(
  of: Outputs,
  stopping: StoppingRule | undefined,
): { readonly parts: Predictive; readonly stopped?: Stopped } {
  if (stopping === undefined) return { parts: partsOf(of) };
  const sum = new StoppedSum(of.count, of.outputs, stopping);
  sum.add(probabilities(of), of.samples, 0, of.count);
  return { parts: sum.parts(), stopped: sum.stopped };
}

/** What the samples of logits say of each row's class. */
export const partsOf = (of: Outputs): Predictive => predictiveOf(of.samples, of.count, of.outputs, probabilitiesOf(of));

/** Regression targets of a split in their own unit, [rows, targets]. */
function targetsOf({ targetScale, outputNames }: Dataset, split: Split): Float64Array {
  const width = outputNames.length;
  if (!targetScale) return Float64Array.from(split.targets);
  const { mean, std } = targetScale;
  return Float64Array.from(split.targets, (y, i) => mean[i % width]! + std[i % width]! * y);
}

/** The first samples of outputs; all where there are no more. */
export function firstSamples(outputs: Outputs, samples: number): Outputs {
  if (samples >= outputs.samples) return outputs;
  const values = outputs.values.subarray(0, samples * outputs.count * outputs.outputs);
  return { ...outputs, values, samples };
}

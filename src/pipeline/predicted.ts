import type { Model } from '../bayes/index.ts';
import type { Dataset, Split } from '../data/index.ts';
import { type Outputs, probabilities } from '../inference/index.ts';
import {
  type CoveragePoint,
  classificationEvaluation,
  type Predictive,
  type PredictiveMoments,
  type ReliabilityBin,
  type RiskCoverage,
  regressionEvaluation,
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

/** A prediction beside the truth. */
export interface Judged {
  readonly metrics: Metrics;
  readonly curves: Curves;
  readonly parts: Parts;
}

/**
 * Sets network outputs beside the truth, regression in the targets' own unit. `noise` is the spread of each target in
 * standardised units, [targets], where the network does not say it.
 */
export function predictedOf(
  model: Pick<Model, 'likelihood'>,
  data: Dataset,
  outputs: Outputs,
  split: Split,
  noise?: Float64Array,
  unseen?: Outputs,
): Judged {
  const { samples, count } = outputs;
  if (data.task === 'classification') {
    const { metrics, reliability, riskCoverage, predictive } = classificationEvaluation(
      probabilities(outputs),
      samples,
      count,
      outputs.outputs,
      split.labels,
      unseen && probabilities(unseen),
    );
    return { metrics: { ...metrics }, curves: { reliability, riskCoverage }, parts: predictive };
  }
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
  const { metrics, reliability, riskCoverage, moments } = regressionEvaluation(
    means,
    stds,
    samples,
    count,
    targets,
    targetsOf(data, split),
  );
  return { metrics: { ...metrics }, curves: { reliability, riskCoverage }, parts: moments };
}

/** Regression targets of a split in their own unit, [rows, targets]. */
export function targetsOf({ targetScale, outputNames }: Dataset, split: Split): Float64Array {
  const width = outputNames.length;
  if (!targetScale) return Float64Array.from(split.targets);
  const { mean, std } = targetScale;
  return Float64Array.from(split.targets, (y, i) => mean[i % width]! + std[i % width]! * y);
}

import { z } from 'zod';
import { InputError } from '../base/index.ts';
import type { Dataset, Split } from '../data/index.ts';
import type { Floats } from '../kernels/index.ts';
import { buildNetwork, type LayerSpec, type Network, type Outputs } from '../network/index.ts';
import {
  crossEntropies,
  gaussianLosses,
  heteroscedasticLosses,
  softmaxCrossEntropy,
  sum,
  type Tape,
  type Tensor,
  weightedSum,
} from '../tensor/index.ts';
import { type ClassWeights, classWeightsOf } from './class-weights.ts';
import { buildPrior, flat, type Prior, type PriorContext, type PriorOptions } from './priors/index.ts';

/** How targets vary around what the network says. */
export type Likelihood =
  /** `weights` [classes] multiply the log-likelihood of each row by its class; all alike where absent. */
  | { readonly kind: 'classification'; readonly weights?: Float64Array | undefined }
  /** One spread per output for all inputs, in the units of the (standardised) targets; `learned` trains it too. */
  | { readonly kind: 'homoscedastic'; readonly noiseStd: number | 'learned' }
  /** The network gives each mean and ln variance: 2 outputs per target. */
  | { readonly kind: 'heteroscedastic' };

/** A network, its prior, its likelihood and the data it is trained on. */
export interface Model {
  readonly network: Network;
  /** What the network was built from: builds it again elsewhere. */
  readonly layers: readonly (string | LayerSpec)[];
  readonly likelihood: Likelihood;
  readonly prior: Prior;
  readonly train: Split;
  /** Chooses between candidates (restarts, weight ranges) where present and not empty. */
  readonly validation?: Split;
  /** Regression targets per row; 0 for classification. */
  readonly targets: number;
  /** Entries of the vector that is inferred: the network's, then ln σ of each target where the noise is learned. */
  readonly size: number;
}

export const noiseSchema = z
  .union([z.number().positive(), z.enum(['learned', 'heteroscedastic'])])
  .default('learned')
  .describe(
    "Spread of regression targets around the network's output, in standardised units: a number where it is known, 'learned' for one per target, 'heteroscedastic' where the network gives it for each input. Of no use to classification; 'learned' by default.",
  );

export type Noise = z.output<typeof noiseSchema>;

/**
 * The model of a data set. The last layer must have one output per class or target, two per target where heteroscedastic.
 * `prior` is absent where the method brings its own.
 */
export function buildModel(
  layers: readonly (string | LayerSpec)[],
  options: { readonly prior?: PriorOptions; readonly noise: Noise; readonly classWeights?: ClassWeights },
  dataset: Pick<Dataset, 'task' | 'inputShape' | 'outputNames' | 'train' | 'validation'>,
  context: PriorContext = {},
): Model {
  const { train, validation, task, outputNames } = dataset;
  if (train.count === 0)
    throw new InputError({ path: ['data'], rule: 'the training split is empty', hint: 'give it at least one row' });
  const likelihood = likelihoodOf(task, options.noise, classWeightsOf(options.classWeights ?? 0, dataset));
  const network = buildNetwork(layers, dataset.inputShape, outputsOf(likelihood, outputNames.length));
  const targets = task === 'classification' ? 0 : outputNames.length;
  return {
    network,
    layers,
    likelihood,
    prior: options.prior ? buildPrior(options.prior, network, context) : flat,
    train,
    validation: validation.count > 0 ? validation : undefined,
    targets,
    size: network.size + extras(likelihood, targets),
  };
}

function likelihoodOf(task: Dataset['task'], noise: Noise, weights: Float64Array | undefined): Likelihood {
  if (task === 'classification') {
    if (noise === 'learned') return { kind: 'classification', weights };
    throw new InputError({
      path: ['posterior', 'noise'],
      rule: 'applies to regression, and the targets are classes',
      hint: 'leave it out',
    });
  }
  return noise === 'heteroscedastic' ? { kind: 'heteroscedastic' } : { kind: 'homoscedastic', noiseStd: noise };
}

function outputsOf(likelihood: Likelihood, count: number): Outputs {
  const plural = count === 1 ? '' : 's';
  if (likelihood.kind === 'classification') return { count, reason: `${count} classes` };
  if (likelihood.kind === 'homoscedastic') return { count, reason: `${count} target${plural}` };
  return { count: 2 * count, reason: `mean and log variance of ${count} target${plural}` };
}

/** Inferred numbers besides the weights. */
function extras(likelihood: Likelihood, targets: number): number {
  return likelihood.kind === 'homoscedastic' && likelihood.noiseStd === 'learned' ? targets : 0;
}

/** Labels and targets of the rows in use; the arrays may be refilled between runs of the tape. */
export interface Answers {
  readonly labels: Int32Array;
  /** [rows, targets]. */
  readonly targets: Floats;
}

/** Σ over rows of −log p(answer | outputs), each as its class counts → [1]; `logStd` [targets] is read where the noise is homoscedastic. */
export function negativeLogLikelihood(
  tape: Tape,
  likelihood: Likelihood,
  outputs: Tensor,
  answers: Answers,
  logStd: Tensor | null,
): Tensor {
  if (likelihood.kind === 'classification' && !likelihood.weights)
    return softmaxCrossEntropy(tape, outputs, answers.labels);
  return totalOf(tape, likelihood, negativeLogLikelihoods(tape, likelihood, outputs, answers, logStd), answers.labels);
}

/** Σ over rows of losses [rows], each as its class counts → [1]. */
export function totalOf(tape: Tape, likelihood: Likelihood, losses: Tensor, labels: Int32Array): Tensor {
  const weights = likelihood.kind === 'classification' ? likelihood.weights : undefined;
  return weights ? weightedSum(tape, losses, labels, weights) : sum(tape, losses);
}

/** How much a row counts whose label is this: 1 where all count alike. */
export function weightOf({ likelihood }: Pick<Model, 'likelihood'>, label: number | undefined): number {
  return likelihood.kind === 'classification' && likelihood.weights ? likelihood.weights[label!]! : 1;
}

/** −log p(answer | outputs) of each row, whatever its class counts → [rows]. */
export function negativeLogLikelihoods(
  tape: Tape,
  likelihood: Likelihood,
  outputs: Tensor,
  answers: Answers,
  logStd: Tensor | null,
): Tensor {
  if (likelihood.kind === 'classification') return crossEntropies(tape, outputs, answers.labels);
  if (likelihood.kind === 'heteroscedastic') return heteroscedasticLosses(tape, outputs, answers.targets);
  return gaussianLosses(tape, outputs, answers.targets, logStd!);
}

/** ln σ of the targets as a leaf, for noise that is known; null where there is none or it is learned. */
export function knownLogStd(tape: Tape, { likelihood, targets }: Pick<Model, 'likelihood' | 'targets'>): Tensor | null {
  if (likelihood.kind !== 'homoscedastic' || likelihood.noiseStd === 'learned') return null;
  return tape.constant([targets], tape.array(targets).fill(Math.log(likelihood.noiseStd)));
}

/**
 * log density of ln σ where σ has a half-normal prior of scale 1 (in standardised units: the noise is hardly larger
 * than the targets' own spread); adds its gradient unless that is null.
 */
export function logNoisePrior(gradient: Floats | null, logStd: Floats, offset: number, count: number): number {
  let total = 0;
  for (let i = offset; i < offset + count; i++) {
    const variance = Math.exp(2 * logStd[i]!);
    total += 0.5 * Math.log(2 / Math.PI) - 0.5 * variance + logStd[i]!;
    if (gradient) gradient[i]! += 1 - variance;
  }
  return total;
}

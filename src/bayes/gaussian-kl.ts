import { type Floats, kernels } from '../kernels/index.ts';
import { fillNormal, type Key } from '../random/index.ts';
import { floats } from './optimise.ts';
import type { Prior } from './priors/index.ts';

/** KL(N(mean, std²) ‖ N(priorMean, priorStd²)) = ln(priorStd/std) + (std² + (mean − priorMean)²)/(2 priorStd²) − ½. */
export function gaussianKl(mean: number, std: number, priorMean: number, priorStd: number): number {
  return Math.log(priorStd / std) + (std * std + (mean - priorMean) ** 2) / (2 * priorStd * priorStd) - 0.5;
}

/**
 * KL(q ‖ prior) of independent Gaussian weights, summed over the weights, with its gradients by mean and variance
 * (the entropy's part by variance is −1/(2 variance)). Exact for Gaussian priors; for others E_q[log p(w)] is taken
 * at one draw, which gives unbiased gradients.
 */
export class KullbackLeibler {
  readonly #prior: Prior;
  /** Mean (null for zero) and 1/variance, one for each weight or one for all, of a Gaussian prior; a precision of zero otherwise. */
  readonly gaussian: { readonly mean: Floats | null; readonly precision: Floats };
  readonly #scratch: Floats;
  readonly #noise: Floats;
  readonly #slope: Floats;

  constructor(prior: Prior, like: Floats) {
    const precision = like instanceof Float32Array ? 'f32' : 'f64';
    const array = (size: number) => floats(precision, size);
    const { gaussian } = prior;
    const same = gaussian?.std.every(s => s === gaussian.std[0]) ?? true;
    this.#prior = prior;
    this.gaussian = {
      mean: gaussian?.mean.some(m => m !== 0) ? array(like.length) : null,
      precision: array(same ? 1 : like.length),
    };
    this.gaussian.mean?.set(gaussian!.mean);
    if (gaussian) {
      const { precision: all } = this.gaussian;
      for (let i = 0; i < all.length; i++) all[i] = gaussian.std[i]! ** -2;
    }
    this.#scratch = array(like.length);
    this.#noise = array(gaussian ? 0 : like.length);
    this.#slope = array(gaussian ? 0 : like.length);
  }

  /**
   * Adds `weight` times d KL/d mean and d(KL + entropy)/d variance to the gradients: everything but the entropy, whose
   * derivative each method takes by its own parameters.
   */
  addCrossEntropy(
    key: Key,
    meanGradient: Floats,
    varianceGradient: Floats,
    mean: Floats,
    variance: Floats,
    weight: number,
  ) {
    const scratch = this.#scratch;
    if (this.#prior.gaussian) {
      const math = kernels();
      const { mean: centre, precision } = this.gaussian;
      if (centre) math.binary('subtract', scratch, mean, centre);
      math.binary('multiply', scratch, centre ? scratch : mean, precision);
      math.axpy(meanGradient, weight, scratch);
      math.axpy(varianceGradient, 0.5 * weight, precision);
      return;
    }
    fillNormal(key, this.#noise);
    for (let i = 0; i < mean.length; i++) scratch[i] = mean[i]! + Math.sqrt(variance[i]!) * this.#noise[i]!;
    this.#slope.fill(0);
    this.#prior.add(this.#slope, scratch);
    for (let i = 0; i < mean.length; i++) {
      meanGradient[i]! -= weight * this.#slope[i]!;
      varianceGradient[i]! -= (weight * this.#slope[i]! * this.#noise[i]!) / (2 * Math.sqrt(variance[i]!));
    }
  }

  /** The divergence itself; a one-draw estimate where the prior is not Gaussian. */
  value(key: Key, mean: Floats, variance: Floats): number {
    const math = kernels();
    const scratch = this.#scratch;
    math.unary('log', scratch, variance);
    const logVariances = math.sum(scratch);
    if (this.#prior.gaussian) {
      const { mean: centre, precision } = this.gaussian;
      if (centre) math.binary('subtract', scratch, mean, centre);
      math.unary('square', scratch, centre ? scratch : mean);
      math.axpy(scratch, 1, variance);
      math.binary('multiply', scratch, scratch, precision);
      let logPrecisions = 0;
      for (let i = 0; i < precision.length; i++) logPrecisions += Math.log(precision[i]!);
      logPrecisions *= mean.length / precision.length;
      return 0.5 * (math.sum(scratch) - mean.length - logVariances - logPrecisions);
    }
    fillNormal(key, this.#noise);
    for (let i = 0; i < mean.length; i++) scratch[i] = mean[i]! + Math.sqrt(variance[i]!) * this.#noise[i]!;
    return -0.5 * (logVariances + mean.length * Math.log(2 * Math.PI * Math.E)) - this.#prior.add(null, scratch);
  }
}

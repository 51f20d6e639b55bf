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
  readonly #precision: Floats | null;
  /** 1/std² where all weights share it and the mean is zero. */
  readonly #shared: number | null;
  readonly #priorMean: Floats | null;
  readonly #scratch: Floats;
  readonly #noise: Floats;
  readonly #slope: Floats;

  constructor(prior: Prior, like: Floats) {
    const precision = like instanceof Float32Array ? 'f32' : 'f64';
    const array = (size: number) => floats(precision, size);
    const { gaussian } = prior;
    this.#prior = prior;
    this.#precision = gaussian ? array(like.length) : null;
    if (gaussian) for (let i = 0; i < like.length; i++) this.#precision![i] = gaussian.std[i]! ** -2;
    this.#priorMean = gaussian?.mean.some(m => m !== 0) ? array(like.length) : null;
    if (gaussian) this.#priorMean?.set(gaussian.mean);
    const same = gaussian?.std.every(s => s === gaussian.std[0]) && !this.#priorMean;
    this.#shared = same ? this.#precision![0]! : null;
    this.#scratch = array(like.length);
    this.#noise = array(gaussian ? 0 : like.length);
    this.#slope = array(gaussian ? 0 : like.length);
  }

  /**
   * Adds `weight` times d KL/d mean and d(KL + entropy)/d variance to the gradients: everything but the entropy, whose
   * derivative each method takes by its own parameters.
   */
  addCrossEntropy(
    meanGradient: Floats,
    varianceGradient: Floats,
    mean: Floats,
    variance: Floats,
    weight: number,
    key: Key,
  ) {
    const math = kernels();
    const scratch = this.#scratch;
    if (this.#shared !== null) {
      math.axpy(meanGradient, weight * this.#shared, mean);
      math.scale(varianceGradient, varianceGradient, 1, 0.5 * weight * this.#shared);
      return;
    }
    if (this.#precision) {
      if (this.#priorMean) math.binary('subtract', scratch, mean, this.#priorMean);
      math.binary('multiply', scratch, this.#priorMean ? scratch : mean, this.#precision);
      math.axpy(meanGradient, weight, scratch);
      math.axpy(varianceGradient, 0.5 * weight, this.#precision);
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
  value(mean: Floats, variance: Floats, key: Key): number {
    const math = kernels();
    const scratch = this.#scratch;
    math.unary('log', scratch, variance);
    const logVariances = math.sum(scratch);
    if (this.#precision) {
      if (this.#priorMean) math.binary('subtract', scratch, mean, this.#priorMean);
      math.unary('square', scratch, this.#priorMean ? scratch : mean);
      const quadratic = math.dot(this.#precision, variance) + math.dot(this.#precision, scratch);
      math.unary('log', scratch, this.#precision);
      return 0.5 * (quadratic - mean.length - logVariances - math.sum(scratch));
    }
    fillNormal(key, this.#noise);
    for (let i = 0; i < mean.length; i++) scratch[i] = mean[i]! + Math.sqrt(variance[i]!) * this.#noise[i]!;
    return -0.5 * (logVariances + mean.length * Math.log(2 * Math.PI * Math.E)) - this.#prior.add(null, scratch);
  }
}

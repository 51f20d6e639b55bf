import { insist } from '../base/index.ts';
import type { Floats } from '../kernels/index.ts';

/** Moments of a real-valued prediction by the law of total variance, in the targets' unit. */
export interface PredictiveMoments {
  /** Inputs. */
  readonly count: number;
  readonly outputs: number;
  /** Mean over samples, [count, outputs], row-major. */
  readonly mean: Float64Array;
  /** √(aleatoric² + epistemic²), [count, outputs]. */
  readonly total: Float64Array;
  /** Root of the mean over samples of the noise variance, [count, outputs]. */
  readonly aleatoric: Float64Array;
  /** Standard deviation over samples of the mean, [count, outputs]. */
  readonly epistemic: Float64Array;
}

/**
 * Var y = E_s[σ_s²] + Var_s[μ_s]. `means`, `stds`: [samples, count, outputs], the Gaussian each sample predicts.
 * All three spreads are standard deviations.
 */
export function predictiveMoments(
  means: Floats,
  stds: Floats,
  samples: number,
  count: number,
  outputs: number,
): PredictiveMoments {
  const sum = new MomentsSum(count, outputs);
  sum.add(means, stds, samples);
  return sum.parts();
}

/**
 * Gathers samples as they come, in blocks, and gives the moments of those seen so far. Samples are added one by one
 * (Welford, Technometrics 4, 1962), so bits do not depend on how they were cut into blocks.
 */
export class MomentsSum {
  readonly count: number;
  readonly outputs: number;
  #samples = 0;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  readonly #noise: Float64Array;

  constructor(count: number, outputs: number) {
    this.count = count;
    this.outputs = outputs;
    this.#mean = new Float64Array(count * outputs);
    this.#squares = new Float64Array(count * outputs);
    this.#noise = new Float64Array(count * outputs);
  }

  /** `means`, `stds`: [samples, count, outputs]. */
  add(means: Floats, stds: Floats, samples: number): void {
    const { count, outputs } = this;
    const size = count * outputs;
    for (const [name, values] of [
      ['means', means],
      ['stds', stds],
    ] as const) {
      insist(
        samples >= 1 && values.length === samples * size,
        `${name}: must hold samples × inputs × outputs = ${samples} × ${count} × ${outputs} numbers, got ${values.length}.`,
      );
    }
    const [mean, squares, noise] = [this.#mean, this.#squares, this.#noise];
    for (let s = 0, at = 0; s < samples; s++) {
      const seen = ++this.#samples;
      for (let i = 0; i < size; i++, at++) {
        const away = means[at]! - mean[i]!;
        mean[i]! += away / seen;
        squares[i]! += away * (means[at]! - mean[i]!);
        noise[i]! += stds[at]! * stds[at]!;
      }
    }
  }

  /** Of all samples so far, at least one. */
  parts(): PredictiveMoments {
    const samples = this.#samples;
    insist(samples > 0, 'means: must hold at least one sample, got none.');
    const { count, outputs } = this;
    return {
      count,
      outputs,
      mean: this.#mean.slice(),
      total: this.#squares.map((squares, i) => Math.sqrt((squares + this.#noise[i]!) / samples)),
      aleatoric: this.#noise.map(noise => Math.sqrt(noise / samples)),
      epistemic: this.#squares.map(squares => Math.sqrt(squares / samples)),
    };
  }
}

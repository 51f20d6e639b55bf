import { type Floats, kernels } from '../kernels/index.ts';
import type { Precision } from '../tensor/index.ts';
import type { DistanceField } from './method.ts';
import { floats } from './optimise.ts';

/** Parts that the weights are divided into; each step takes one of them in turn. */
const parts = 8;

/**
 * −Σ log tanh(β f), f = exp(−d²/(2 width²)), d the distance of a weight's (mean, std) from the nearest that devices can
 * hold: the technological loss of Bonnet et al., Nature Communications 14:7530, 2023, with a tabulated distance. Each
 * step looks at one eighth of the weights and counts it eight times, which leaves the expected gradient as it is.
 */
export class TechnologicalLoss {
  readonly #field: DistanceField;
  readonly #distances: Floats;
  readonly #options: { readonly beta: number; readonly width: number; readonly weight: number };

  constructor(field: DistanceField, { beta, width }: { beta: number; width: number }, precision: Precision) {
    this.#field = field;
    this.#distances = floats(precision, field.values.length);
    this.#distances.set(field.values);
    this.#options = { beta, width, weight: parts };
  }

  /** Adds the derivatives by mean and by variance; returns the loss of the weights looked at, times `parts`. */
  add(meanGradient: Floats, varianceGradient: Floats, mean: Floats, variance: Floats, step: number): number {
    const part = step % parts;
    const from = Math.floor((part * mean.length) / parts);
    const to = Math.floor(((part + 1) * mean.length) / parts);
    return kernels().technologicalLoss(
      meanGradient.subarray(from, to),
      varianceGradient.subarray(from, to),
      mean.subarray(from, to),
      variance.subarray(from, to),
      this.#distances,
      this.#field,
      this.#options,
    );
  }
}

import { type Floats, kernels } from '../kernels/index.ts';
import type { Precision } from '../tensor/index.ts';
import type { DistanceField } from './method.ts';
import { floats } from './optimise.ts';
import { limitFactors, scaleMoments, type WeightFactors } from './shares-of-limits.ts';

/** Parts that the weights are divided into; each step takes one of them in turn. */
const parts = 8;

/**
 * −Σ log tanh(β f), f = exp(−d²/(2 width²)), d the distance of a weight's (mean, std) from the nearest that devices can
 * hold, both as shares of the weight's limit: the technological loss of Bonnet et al., Nature Communications 14:7530, 2023, with a tabulated distance. Each
 * step looks at one eighth of the weights and counts it eight times, which leaves the expected gradient as it is.
 */
export class TechnologicalLoss {
  readonly #field: DistanceField;
  readonly #distances: Floats;
  readonly #toShares: WeightFactors;
  /** For a part of the weights. */
  readonly #room: Floats;
  readonly #options: { readonly beta: number; readonly width: number; readonly weight: number };

  constructor(
    field: DistanceField,
    limits: Float32Array,
    { beta, width }: { beta: number; width: number },
    precision: Precision,
  ) {
    this.#field = field;
    this.#toShares = limitFactors(limits, precision).toShares;
    this.#room = floats(precision, 4 * Math.ceil(limits.length / parts));
    this.#distances = floats(precision, field.values.length);
    this.#distances.set(field.values);
    this.#options = { beta, width, weight: parts };
  }

  /** Adds the derivatives by mean and by variance; returns the loss of the weights looked at, times `parts`. */
  add(meanGradient: Floats, varianceGradient: Floats, mean: Floats, variance: Floats, step: number): number {
    const part = step % parts;
    const from = Math.floor((part * mean.length) / parts);
    const to = Math.floor(((part + 1) * mean.length) / parts);
    const toShares = {
      factor: this.#toShares.factor.subarray(from, to),
      square: this.#toShares.square.subarray(from, to),
    };
    const [ownMean, ownVariance, byMean, byVariance] = [0, 1, 2, 3].map(k =>
      this.#room.subarray(k * (to - from), (k + 1) * (to - from)),
    ) as [Floats, Floats, Floats, Floats];
    scaleMoments([ownMean, ownVariance], mean.subarray(from, to), variance.subarray(from, to), toShares);
    byMean.fill(0);
    byVariance.fill(0);
    const loss = kernels().technologicalLoss(
      byMean,
      byVariance,
      ownMean,
      ownVariance,
      this.#distances,
      this.#field,
      this.#options,
    );
    scaleMoments([byMean, byVariance], byMean, byVariance, toShares);
    kernels().axpy(meanGradient.subarray(from, to), 1, byMean);
    kernels().axpy(varianceGradient.subarray(from, to), 1, byVariance);
    return loss;
  }
}

import type { Floats } from '../kernels/index.ts';
import type { DistanceField } from './method.ts';

/** Parts that the weights are divided into; each step takes one of them in turn. */
const parts = 8;

/**
 * −Σ log tanh(β f), f = exp(−d²/(2 width²)), d the distance of a weight's (mean, std) from the nearest that devices can
 * hold: the technological loss of Bonnet et al., Nature Communications 14:7530, 2023, with a tabulated distance. Each
 * step looks at one weight in eight and counts it eight times, which leaves the expected gradient as it is.
 */
export class TechnologicalLoss {
  readonly #field: DistanceField;
  readonly #beta: number;
  readonly #width: number;

  constructor(field: DistanceField, { beta, width }: { beta: number; width: number }) {
    this.#field = field;
    this.#beta = beta;
    this.#width = width;
  }

  /** Adds the derivatives by mean and by ln std; returns the loss of the weights looked at, times `parts`. */
  add(meanGradient: Floats, logStdGradient: Floats, mean: Floats, variance: Floats, step: number): number {
    const { meanLow, meanHigh, stdHigh, meanSteps, stdSteps, values } = this.#field;
    const perMean = meanSteps / (meanHigh - meanLow);
    const perStd = stdSteps / stdHigh;
    const inverse = 1 / (this.#width * this.#width);
    let total = 0;
    for (let i = step % parts; i < mean.length; i += parts) {
      const std = Math.sqrt(variance[i]!);
      const m = Math.min(meanHigh, Math.max(meanLow, mean[i]!));
      const s = Math.min(stdHigh, std);
      const x = (m - meanLow) * perMean;
      const y = s * perStd;
      const column = Math.min(meanSteps - 1, Math.floor(x));
      const row = Math.min(stdSteps - 1, Math.floor(y));
      const u = x - column;
      const v = y - row;
      const at = row * (meanSteps + 1) + column;
      const a = values[at]!;
      const b = values[at + 1]!;
      const c = values[at + meanSteps + 1]!;
      const e = values[at + meanSteps + 2]!;
      const outside = Math.hypot(mean[i]! - m, std - s);
      const distance = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * e) + outside;
      if (distance === 0) continue;
      const f = Math.exp(-0.5 * distance * distance * inverse);
      const t = Math.tanh(this.#beta * f);
      total -= t > 0 ? Math.log(t) : Math.log(this.#beta) - 0.5 * distance * distance * inverse;
      const steep = t > 0 ? (this.#beta * f * (1 - t * t)) / t : 1;
      const slope = parts * steep * distance * inverse;
      const byMean = m === mean[i] ? ((1 - v) * (b - a) + v * (e - c)) * perMean : (mean[i]! - m) / outside;
      const byStd = s === std ? ((1 - u) * (c - a) + u * (e - b)) * perStd : (std - s) / outside;
      meanGradient[i]! += slope * byMean;
      logStdGradient[i]! += slope * byStd * std;
    }
    return parts * total;
  }
}

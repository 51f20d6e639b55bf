import type { Floats } from '../kernels/index.ts';
import type { TrainingHardware } from './method.ts';
import { TiedCurve } from './tied-curve.ts';

/**
 * The spread that cells give to weights that are points: they have none of their own to be trained, and what is programmed differs
 * from what was asked for by the device's curve at the read time.
 */
export class PointSpread {
  readonly #curve: TiedCurve;
  readonly #limits: Float32Array;

  /** For points within ±limits, [points], the first weights of the flat vector. */
  constructor(hardware: TrainingHardware, limits: Float32Array) {
    this.#curve = new TiedCurve(hardware);
    this.#limits = limits;
  }

  /** Writes the variances of the points. */
  fill(variance: Floats, mean: Floats): void {
    for (let i = 0; i < this.#limits.length; i++) {
      const limit = this.#limits[i]!;
      variance[i] = limit > 0 ? (limit * this.#curve.std(mean[i]! / limit)) ** 2 : 0;
    }
  }

  /** Adds to the derivatives by the means what the variances, which follow them, count. */
  pullBack(meanGradient: Floats, varianceGradient: Floats, mean: Floats): void {
    for (let i = 0; i < this.#limits.length; i++) {
      const limit = this.#limits[i]!;
      if (limit === 0) continue;
      const share = mean[i]! / limit;
      meanGradient[i]! += varianceGradient[i]! * 2 * limit * this.#curve.std(share) * this.#curve.stdSlope(share);
    }
  }
}

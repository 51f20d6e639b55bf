import type { Floats } from '../kernels/index.ts';
import { tableSlope, tableValue } from '../tensor/index.ts';
import type { TrainingHardware } from './method.ts';

/**
 * Realised mean and spread of weights as shares of their limits, by the share asked for, as read out at the read time: the
 * device's curve, where the read-out compensates drift divided by what all weights together have lost.
 */
export class TiedCurve {
  readonly #mean;
  readonly #std;
  readonly #compensates: boolean;
  readonly #ratio: number;
  #retained: number;

  constructor(hardware: TrainingHardware, retained = 1) {
    this.#retained = retained;
    const { low, high, mean, std } = hardware.curve();
    this.#mean = { low, high, values: mean };
    this.#std = { low, high, values: std };
    this.#compensates = hardware.compensation === 'global';
    this.#ratio = (mean[mean.length - 1]! - mean[0]!) / (high - low);
  }

  /** Slope of the realised mean over the whole range, which stands for that of its steps. */
  get slope(): number {
    return this.#ratio / this.#retained;
  }

  /** What the compensation divides by. */
  get retained(): number {
    return this.#retained;
  }

  /** Renews the compensation for the weights asked for, whose conductances go by their shares of their limits. */
  compensate(asked: Floats, limits: Floats): void {
    if (!this.#compensates) return;
    let before = 0;
    let after = 0;
    for (let i = 0; i < asked.length; i++) {
      if (limits[i] === 0) continue;
      const share = asked[i]! / limits[i]!;
      const realised = tableValue(this.#mean, share);
      if (realised === 0) continue;
      before += Math.abs(share);
      after += Math.abs(realised);
    }
    this.#retained = before > 0 && after > 0 ? after / before : 1;
  }

  mean(asked: number): number {
    return tableValue(this.#mean, asked) / this.#retained;
  }

  std(asked: number): number {
    return tableValue(this.#std, asked) / this.#retained;
  }

  stdSlope(asked: number): number {
    return tableSlope(this.#std, asked) / this.#retained;
  }
}

import type { Floats } from '../kernels/index.ts';
import { fillUniform, type Key } from '../random/index.ts';
import { type Table, tableValue } from '../tensor/index.ts';
import type { TrainingHardware } from './method.ts';

/** Which effects of the hardware training averages over. */
export interface HardwareEffects {
  /** Read times, log-uniform between two, s: drift and the spread that comes with it. */
  readonly times?: readonly [number, number];
  readonly readNoise: boolean;
  readonly stuck: boolean;
}

/** Read times that curves are tabulated for. */
const grid = 9;

interface TimedCurve {
  readonly mean: Table;
  readonly std: Table;
}

/**
 * Maps the mean and variance of each weight to what the array makes of them: at a random read time the mean drifts by
 * the device's curve and its spread adds to the variance, read noise adds to the variance, stuck cells replace the
 * weight by 0 or by ±limit. All by moments, so that one pass through the network is exact for independent weights.
 */
export class HardwareNoise {
  readonly #effects: HardwareEffects;
  readonly #hardware: TrainingHardware;
  readonly #limit: number;
  readonly #now: TimedCurve;
  readonly #later: TimedCurve[] = [];
  readonly #read: Table | null;
  readonly #factor: Float64Array;
  readonly #drifted: Float64Array;
  readonly #out: Float64Array;
  readonly #uniform = new Float64Array(1);

  constructor(hardware: TrainingHardware, limit: number, effects: HardwareEffects, size: number) {
    this.#hardware = hardware;
    this.#limit = limit;
    this.#effects = effects;
    this.#factor = new Float64Array(size);
    this.#drifted = new Float64Array(size);
    this.#out = new Float64Array(size);
    const at = (time: number): TimedCurve => {
      const { low, high, mean, std } = hardware.curve(limit, time);
      return { mean: { low, high, values: mean }, std: { low, high, values: std } };
    };
    this.#now = at(hardware.time);
    if (effects.times) {
      const [first, last] = effects.times;
      for (let k = 0; k < grid; k++) this.#later.push(at(first * (last / first) ** (k / (grid - 1))));
    }
    this.#read = effects.readNoise ? (hardware.readNoise?.(limit) ?? null) : null;
  }

  /** Realised moments of the weights at a read time drawn from `key`. */
  apply(realisedMean: Floats, realisedVariance: Floats, mean: Floats, variance: Floats, key: Key): void {
    const later = this.#later;
    fillUniform(key, this.#uniform);
    const curve = later.length > 0 ? later[Math.floor(this.#uniform[0]! * later.length)]! : this.#now;
    const { high, low } = this.#effects.stuck ? (this.#hardware.stuck ?? { high: 0, low: 0 }) : { high: 0, low: 0 };
    const works = 1 - high - low;
    const retained = this.#hardware.compensation === 'global' ? this.#retained(curve, mean) : 1;
    for (let i = 0; i < mean.length; i++) {
      const m = mean[i]!;
      let factor = 1;
      let extra = 0;
      if (later.length > 0) {
        const before = tableValue(this.#now.mean, m);
        factor = (before === 0 ? 1 : tableValue(curve.mean, m) / before) / retained;
        const std = tableValue(curve.std, m) / retained;
        extra = Math.max(0, std * std - (factor * tableValue(this.#now.std, m)) ** 2);
      }
      if (this.#read) extra += (tableValue(this.#read, m) / retained) ** 2;
      const drifted = factor * m;
      const out = works * drifted;
      this.#factor[i] = factor;
      this.#drifted[i] = drifted;
      this.#out[i] = out;
      realisedMean[i] = out;
      realisedVariance[i] =
        works * (factor * factor * variance[i]! + extra + drifted * drifted) + high * this.#limit ** 2 - out * out;
    }
  }

  /** Turns gradients by the realised moments into gradients by the moments asked for, in place. */
  pullBack(meanGradient: Floats, varianceGradient: Floats): void {
    const { high, low } = this.#effects.stuck ? (this.#hardware.stuck ?? { high: 0, low: 0 }) : { high: 0, low: 0 };
    const works = 1 - high - low;
    for (let i = 0; i < meanGradient.length; i++) {
      const factor = this.#factor[i]!;
      const byVariance = varianceGradient[i]!;
      const cross = 2 * works * (this.#drifted[i]! - this.#out[i]!);
      meanGradient[i] = factor * (works * meanGradient[i]! + cross * byVariance);
      varianceGradient[i] = works * factor * factor * byVariance;
    }
  }

  /** What all weights together have kept of their size since the time that training counts on. */
  #retained(curve: TimedCurve, mean: Floats): number {
    if (this.#later.length === 0) return 1;
    let before = 0;
    let after = 0;
    const stride = Math.max(1, Math.floor(mean.length / 1000));
    for (let i = 0; i < mean.length; i += stride) {
      before += Math.abs(tableValue(this.#now.mean, mean[i]!));
      after += Math.abs(tableValue(curve.mean, mean[i]!));
    }
    return before > 0 && after > 0 ? after / before : 1;
  }
}

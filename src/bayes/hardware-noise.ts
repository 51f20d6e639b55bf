import { type Floats, kernels, type Realisation } from '../kernels/index.ts';
import { fillUniform, type Key } from '../random/index.ts';
import { type Precision, type Table, tableValue } from '../tensor/index.ts';
import type { DeviceCurve, TrainingHardware } from './method.ts';
import { floats } from './optimise.ts';
import { limitFactors, scaleMoments } from './shares-of-limits.ts';

/** Which effects of the hardware training averages over. */
export interface HardwareEffects {
  /** Read times, log-uniform between two, s: drift and the spread that comes with it. */
  readonly times?: readonly [number, number];
  readonly readNoise: boolean;
  readonly stuck: boolean;
}

/** Read times that curves are tabulated for. */
const grid = 9;

/** What becomes of weights asked for at one read time. */
interface ReadTime {
  /** Their mean, to tell what all together have lost. */
  readonly mean: Table;
  /** Factors of the mean since the time that training counts on, then variances added. */
  readonly tables: Floats;
}

/**
 * Maps the mean and variance of each weight to what the array makes of them: at a random read time the mean drifts by
 * the device's curve and its spread adds to the variance, read noise adds to the variance, stuck cells replace the
 * weight by 0 or by ± its limit. All by moments, so that one pass through the network is exact for independent weights.
 */
export class HardwareNoise {
  readonly #times: ReadTime[];
  readonly #now: Table;
  readonly #compensates: boolean;
  readonly #fixed: Omit<Realisation, 'gain'>;
  readonly #uniform = new Float64Array(1);
  readonly #factors: ReturnType<typeof limitFactors>;
  /** Mean and variance of each weight as shares of its limit, of the latest `apply`. */
  readonly #share: { readonly mean: Floats; readonly variance: Floats };
  /** Of the latest `apply`. */
  #tables: Floats;
  #gain = 1;

  /** For weights within ±limits, [weights]. */
  constructor(hardware: TrainingHardware, limits: Float32Array, effects: HardwareEffects, precision: Precision) {
    const now = hardware.curve(hardware.time);
    const read = effects.readNoise ? hardware.readNoise?.() : undefined;
    const { low, high } = now;
    this.#factors = limitFactors(limits, precision);
    this.#share = { mean: floats(precision, limits.length), variance: floats(precision, limits.length) };
    this.#now = { low, high, values: now.mean };
    const at = (curve: DeviceCurve): ReadTime => ({
      mean: { low: curve.low, high: curve.high, values: curve.mean },
      tables: realisationTables(now, curve, read, precision),
    });
    const [first, last] = effects.times ?? [hardware.time, hardware.time];
    this.#times = effects.times
      ? Array.from({ length: grid }, (_, k) => at(hardware.curve(first * (last / first) ** (k / (grid - 1)))))
      : [at(now)];
    this.#compensates = hardware.compensation === 'global' && effects.times !== undefined;
    const { high: up, low: down, reach = 1 } = (effects.stuck && hardware.stuck) || { high: 0, low: 0 };
    this.#fixed = { low, high, working: 1 - up - down, stuckSquare: up * reach ** 2 };
    this.#tables = this.#times[0]!.tables;
  }

  /** Realised moments of the weights at a read time drawn from `key`. */
  apply(key: Key, realisedMean: Floats, realisedVariance: Floats, mean: Floats, variance: Floats): void {
    fillUniform(key, this.#uniform);
    const time = this.#times[Math.floor(this.#uniform[0]! * this.#times.length)]!;
    this.#tables = time.tables;
    const { mean: own, variance: ownVariance } = this.#share;
    const { toShares, toWeights } = this.#factors;
    scaleMoments([own, ownVariance], mean, variance, toShares);
    this.#gain = this.#compensates ? 1 / this.#retained(time.mean, own) : 1;
    const options = { ...this.#fixed, gain: this.#gain };
    kernels().realise(realisedMean, realisedVariance, own, ownVariance, time.tables, options);
    scaleMoments([realisedMean, realisedVariance], realisedMean, realisedVariance, toWeights);
  }

  /** Turns gradients by the realised moments of the latest `apply` into gradients by the moments asked for, in place. */
  pullBack(meanGradient: Floats, varianceGradient: Floats): void {
    const options = { ...this.#fixed, gain: this.#gain };
    const { toShares, toWeights } = this.#factors;
    const gradients = [meanGradient, varianceGradient] as const;
    scaleMoments(gradients, ...gradients, toWeights);
    kernels().realiseGradient(meanGradient, varianceGradient, this.#share.mean, this.#tables, options);
    scaleMoments(gradients, ...gradients, toShares);
  }

  /** What all weights' conductances together have kept since the time that training counts on, by their shares of their limits. */
  #retained(later: Table, mean: Floats): number {
    let before = 0;
    let after = 0;
    const stride = Math.max(1, Math.floor(mean.length / 1000));
    for (let i = 0; i < mean.length; i += stride) {
      before += Math.abs(tableValue(this.#now, mean[i]!));
      after += Math.abs(tableValue(later, mean[i]!));
    }
    return before > 0 && after > 0 ? after / before : 1;
  }
}

/** Over the weights of `now`: means as shares of what they are now, and the variance that came with time and with a read. */
function realisationTables(
  now: DeviceCurve,
  later: DeviceCurve,
  read: Table | undefined,
  precision: Precision,
): Floats {
  const { low, high, mean, std } = now;
  const entries = mean.length;
  const tables = floats(precision, 2 * entries);
  const laterMean = { low: later.low, high: later.high, values: later.mean };
  const laterStd = { low: later.low, high: later.high, values: later.std };
  for (let j = 0; j < entries; j++) {
    const weight = low + (j * (high - low)) / (entries - 1);
    const factor = mean[j] === 0 ? 1 : tableValue(laterMean, weight) / mean[j]!;
    const added = tableValue(laterStd, weight) ** 2 - (factor * std[j]!) ** 2;
    tables[j] = factor;
    tables[entries + j] = Math.max(0, added) + (read ? tableValue(read, weight) ** 2 : 0);
  }
  return tables;
}

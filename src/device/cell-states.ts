import type { Device } from './device.ts';
import { momentsAt } from './moments.ts';

/** Targets at which the moments of a continuous device are taken; straight lines between them are exact to about 1e-5. */
const nodes = 257;

/** A state that a cell can be programmed to, with its realised mean, S, and variance, S². */
export interface CellState {
  readonly target: number;
  readonly mean: number;
  readonly variance: number;
}

/** Realised mean and variance of all states a cell can be programmed to at one time: a continuous branch and isolated ones. */
export class CellStates {
  /** Of the branch, ascending, [states]; empty for a device with levels. Targets are at equal distances, S. */
  readonly target: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Levels, or the state at rest where it is apart from the branch. */
  readonly isolated: readonly CellState[];
  /** Largest state of the branch whose mean is at or below the start of each of `nodes` equal parts of the means. */
  readonly #start: Uint16Array;
  readonly #perMean: number;
  readonly #perTarget: number;

  constructor(device: Device, time: number) {
    const state = (target: number): CellState => {
      const { mean, std } = momentsAt(device, target, time);
      return { target, mean, variance: std * std };
    };
    const { low, high } = device.range;
    const count = device.levels ? 0 : nodes;
    this.target = Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
    const branch = Array.from(this.target, state);
    this.mean = Float64Array.from(branch, s => s.mean);
    for (let i = 1; i < count; i++) {
      if (this.mean[i]! <= this.mean[i - 1]!) this.mean[i] = this.mean[i - 1]! * (1 + 1e-12);
    }
    this.variance = Float64Array.from(branch, s => s.variance);
    this.isolated = [...(low > 0 ? [0] : []), ...(device.levels ?? [])].map(state);
    this.#perTarget = (count - 1) / (high - low);
    this.#perMean = nodes / (this.mean[count - 1]! - this.mean[0]!);
    this.#start = new Uint16Array(nodes + 1);
    for (let part = 0, i = 0; part <= nodes && count > 0; part++) {
      while (i < count - 2 && this.mean[i + 1]! <= this.mean[0]! + part / this.#perMean) i++;
      this.#start[part] = i;
    }
  }

  /** `values` of the branch at one of its targets. */
  along(values: Float64Array, target: number): number {
    const position = (target - this.target[0]!) * this.#perTarget;
    const at = Math.min(this.target.length - 2, Math.max(0, Math.floor(position)));
    return values[at]! + (position - at) * (values[at + 1]! - values[at]!);
  }

  /** Target on the branch whose realised mean is `mean`, S; −1 where there is none. */
  solve(mean: number): number {
    const { mean: means, target } = this;
    const last = means.length - 1;
    if (last < 0) return -1;
    const slack = 1e-9 * means[last]!;
    if (mean < means[0]! - slack || mean > means[last]! + slack) return -1;
    if (mean <= means[0]!) return target[0]!;
    if (mean >= means[last]!) return target[last]!;
    let at = this.#start[Math.floor((mean - means[0]!) * this.#perMean)]!;
    while (at < last - 1 && means[at + 1]! <= mean) at++;
    while (at > 0 && means[at]! > mean) at--;
    const share = (mean - means[at]!) / (means[at + 1]! - means[at]!);
    return target[at]! + share * (target[at + 1]! - target[at]!);
  }
}

import type { Pieces } from '../base/index.ts';
import { type Device, type DevicesPerWeight, reachableDomain } from '../device/index.ts';

/** Spread of a certain weight, such as that of a point, as a share of the limit: KL divergence needs one above 0. */
const least = 1e-6;

/** Weights that are looked up at a time. */
const together = 1 << 11;

/** What decides which cells hold a weight. */
export interface HoldingCells {
  /** Weights one after the other, and the devices that share each of them evenly. */
  readonly parts: readonly { readonly weights: number; readonly devices: DevicesPerWeight }[];
  /** Time after programming whose statistics count, s. */
  readonly time: number;
  /** Largest |w| that the cells of each weight hold, [weights]. */
  readonly limits: Float32Array;
}

export interface HeldWeights {
  /** Mean of each weight as the cells hold it, [weights]. */
  readonly mean: Float32Array;
  /** Target of each cell, S, weight after weight in the order of the mapping. */
  readonly target: Float32Array;
}

/** The states of a device's cells nearest in KL divergence to mean and spread of each weight that has a limit, cut to ± it (Bonnet23). */
export function* reachableCells(
  device: Device,
  { parts, time, limits }: HoldingCells,
  mean: ArrayLike<number>,
  std: ArrayLike<number>,
): Pieces<HeldWeights> {
  const count = limits.length;
  const wanted = new Float64Array(count);
  const spread = new Float64Array(count).fill(least);
  for (let i = 0; i < count; i++) {
    const limit = limits[i]!;
    if (limit === 0) continue;
    wanted[i] = Math.max(-1, Math.min(1, mean[i]! / limit));
    spread[i] = Math.max(std[i]! / limit, least);
  }
  const inUnits = new Float32Array(count);
  const target = new Float32Array(parts.reduce((sum, { weights, devices }) => sum + weights * devices, 0));
  let [first, cell] = [0, 0];
  for (const { weights, devices } of parts) {
    const domain = reachableDomain(device, { devicesPerWeight: devices, limit: 1, time });
    for (let from = first; from < first + weights; from += together) {
      const to = Math.min(first + weights, from + together);
      const held = domain.nearestAll(wanted.subarray(from, to), spread.subarray(from, to));
      for (let i = from; i < to; i++) inUnits[i] = held.mean[i - from]! * limits[i]!;
      target.set(inPairs(held.targets, devices), cell);
      cell += devices * (to - from);
      yield;
    }
    first += weights;
  }
  return { mean: inUnits, target };
}

/** Targets of weights whose positive devices come before the negative ones, as pairs. */
function inPairs(targets: Float32Array | Float64Array, devices: DevicesPerWeight): typeof targets {
  if (devices <= 2) return targets;
  const side = devices / 2;
  const out = targets.slice();
  for (let i = 0; i < targets.length; i += devices) {
    for (let k = 0; k < side; k++) {
      out[i + 2 * k] = targets[i + k]!;
      out[i + 2 * k + 1] = targets[i + side + k]!;
    }
  }
  return out;
}

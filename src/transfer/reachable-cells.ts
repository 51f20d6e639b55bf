import type { Pieces } from '../base/index.ts';
import { type Device, type DevicesPerWeight, reachableDomain } from '../device/index.ts';

/** Spread of a certain weight, such as that of a point, as a share of the limit: KL divergence needs one above 0. */
const least = 1e-6;

/** Weights that are looked up at a time. */
const together = 1 << 11;

/** What decides which cells hold a weight. */
export interface HoldingCells {
  readonly devicesPerWeight: DevicesPerWeight;
  /** Time after programming whose statistics count, s. */
  readonly time: number;
  /** Largest |w| that the cells of each weight hold, [weights]. */
  readonly limits: Float32Array;
}

export interface HeldWeights {
  /** Mean of each weight as the cells hold it, [weights]. */
  readonly mean: Float32Array;
  /** Target of each cell, [weights, cells], S, in the order of the mapping. */
  readonly target: Float32Array;
}

/** The states of a device's cells nearest in KL divergence to mean and spread of each weight that has a limit, cut to ± it (Bonnet23). */
export function* reachableCells(
  device: Device,
  { devicesPerWeight: cells, time, limits }: HoldingCells,
  mean: ArrayLike<number>,
  std: ArrayLike<number>,
): Pieces<HeldWeights> {
  const domain = reachableDomain(device, { devicesPerWeight: cells, limit: 1, time });
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
  const targets = new Float32Array(cells * count);
  for (let from = 0; from < count; from += together) {
    const to = Math.min(count, from + together);
    const held = domain.nearestAll(wanted.subarray(from, to), spread.subarray(from, to));
    for (let i = from; i < to; i++) inUnits[i] = held.mean[i - from]! * limits[i]!;
    targets.set(held.targets, cells * from);
    yield;
  }
  if (cells <= 2) return { mean: inUnits, target: targets };
  const target = new Float32Array(cells * count);
  const side = cells / 2;
  for (let i = 0; i < cells * count; i += cells) {
    for (let k = 0; k < side; k++) {
      target[i + 2 * k] = targets[i + k]!;
      target[i + 2 * k + 1] = targets[i + side + k]!;
    }
  }
  return { mean: inUnits, target };
}

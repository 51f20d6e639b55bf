import type { ReachableDomain } from '../device/index.ts';

/** Spread of a certain weight, such as that of a point, as a share of the limit: KL divergence needs one above 0. */
const least = 1e-6;

export interface HeldWeights {
  /** Mean of each weight as the cells hold it, [weights]. */
  readonly mean: Float32Array;
  /** Target of each cell, [weights, cells], S, in the order of the mapping. */
  readonly target: Float32Array;
}

/** The states of a domain's cells nearest in KL divergence to mean and spread of each weight, cut to ±limit (Bonnet23). */
export function reachableCells(
  domain: ReachableDomain,
  limit: number,
  mean: ArrayLike<number>,
  std: ArrayLike<number>,
): HeldWeights {
  const { devicesPerWeight: cells } = domain;
  const count = mean.length;
  const wanted = new Float64Array(count);
  const spread = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    wanted[i] = Math.max(-limit, Math.min(limit, mean[i]!));
    spread[i] = Math.max(std[i]!, least * limit);
  }
  const held = domain.nearestAll(wanted, spread);
  if (cells <= 2) return { mean: held.mean, target: held.targets };
  const target = new Float32Array(cells * count);
  const side = cells / 2;
  for (let i = 0; i < cells * count; i += cells) {
    for (let k = 0; k < side; k++) {
      target[i + 2 * k] = held.targets[i + k]!;
      target[i + 2 * k + 1] = held.targets[i + side + k]!;
    }
  }
  return { mean: held.mean, target };
}

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
  const positive = Math.ceil(cells / 2);
  const held = { mean: new Float32Array(mean.length), target: new Float32Array(cells * mean.length) };
  for (let i = 0; i < mean.length; i++) {
    const reached = domain.nearest(Math.max(-limit, Math.min(limit, mean[i]!)), Math.max(std[i]!, least * limit));
    held.mean[i] = reached.mean;
    for (let k = 0; k < cells; k++) {
      held.target[cells * i + (k < positive ? 2 * k : 2 * (k - positive) + 1)] = reached.targets[k]!;
    }
  }
  return held;
}

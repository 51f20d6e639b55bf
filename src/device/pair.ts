import type { Device } from './device.ts';
import { momentsAt } from './moments.ts';
import { pairScale, pairTargets } from './targets.ts';

/** Realised mean and spread of a weight over the weights asked for, uniform over [low, high]. */
export interface WeightCurve {
  readonly low: number;
  readonly high: number;
  /** Mean of the realised weight, [points]. */
  readonly mean: Float64Array;
  /** Spread of the realised weight, [points]. */
  readonly std: Float64Array;
  /** Conductance per unit of weight, S, of all devices of the weight together. */
  readonly gamma: number;
}

/**
 * What becomes of a weight w in [−limit, limit] at `time` when a differential pair holds it (one cell programmed, the
 * other at rest; with four devices, two such pairs in parallel). Follows the gap between rest and the smallest
 * programmable conductance.
 */
export function pairCurve(
  device: Device,
  options: {
    readonly limit: number;
    readonly time: number;
    readonly devicesPerWeight?: 2 | 4;
    readonly points?: number;
  },
): WeightCurve {
  const { limit, time, devicesPerWeight = 2, points = 2049 } = options;
  const pairs = devicesPerWeight / 2;
  const scale = pairScale(device, limit);
  const mean = new Float64Array(points);
  const std = new Float64Array(points);
  const rest = momentsAt(device, 0, time);
  const middle = (points - 1) / 2;
  for (let i = 0; i <= middle; i++) {
    const [target] = pairTargets(device, (limit * i) / middle, scale);
    const active = target === 0 ? rest : momentsAt(device, target, time);
    const up = Math.floor(middle + i);
    const down = Math.ceil(middle - i);
    mean[up] = (active.mean - rest.mean) / scale;
    mean[down] = 0 - mean[up]!;
    std[up] = Math.hypot(active.std, rest.std) / scale / Math.sqrt(pairs);
    std[down] = std[up];
  }
  return { low: -limit, high: limit, mean, std, gamma: scale * pairs };
}

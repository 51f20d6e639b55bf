import type { Device } from './device.ts';
import { momentsAt } from './moments.ts';
import { type DevicesPerWeight, pairTargets, singleTarget, weightScale } from './targets.ts';

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
 * What becomes of a weight w in [−limit, limit] at `time`. One device stands against a noiseless reference in the middle
 * of the range that drifts as a cell there does; two are a differential pair, one cell programmed and the other at rest,
 * which follows the gap between rest and the smallest programmable conductance; four are two such pairs in parallel.
 */
export function weightCurve(
  device: Device,
  options: {
    readonly limit: number;
    readonly time: number;
    readonly devicesPerWeight?: DevicesPerWeight;
    readonly points?: number;
  },
): WeightCurve {
  const { limit, time, devicesPerWeight = 2, points = 2049 } = options;
  const { gamma, offset } = weightScale(device, devicesPerWeight, limit, time);
  const mean = new Float64Array(points);
  const std = new Float64Array(points);
  const weight = (i: number) => (2 * limit * i) / (points - 1) - limit;
  if (devicesPerWeight === 1) {
    for (let i = 0; i < points; i++) {
      const state = momentsAt(device, singleTarget(device, weight(i), limit), time);
      mean[i] = (state.mean - offset) / gamma;
      std[i] = state.std / gamma;
    }
    return { low: -limit, high: limit, mean, std, gamma };
  }
  const pairs = devicesPerWeight / 2;
  const scale = gamma / pairs;
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
  return { low: -limit, high: limit, mean, std, gamma };
}

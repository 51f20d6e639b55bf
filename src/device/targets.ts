import type { Device } from './device.ts';

/**
 * The programmable target nearest to a conductance, S. Below the range the cell stays at rest (0) up to half the
 * smallest programmable conductance and takes the smallest from there.
 */
export function nearestTarget(device: Device, conductance: number): number {
  const { low, high } = device.range;
  if (conductance < low) return conductance < low / 2 ? 0 : low;
  if (conductance >= high) return high;
  const { levels } = device;
  if (!levels) return conductance;
  let best = levels[0]!;
  for (const level of levels) if (Math.abs(level - conductance) < Math.abs(best - conductance)) best = level;
  return best;
}

/** Conductance per unit of weight, S, when a pair of cells carries weights up to `limit`. */
export function pairScale(device: Device, limit: number): number {
  return (device.range.high - device.rest.mean) / limit;
}

/**
 * Targets of the two cells of a differential pair, S: one carries |w|·gamma above the resting conductance, the other
 * rests, so that their difference is w·gamma as near as the range allows.
 */
export function pairTargets(device: Device, w: number, gamma: number): [positive: number, negative: number] {
  const target = nearestTarget(device, device.rest.mean + Math.abs(w) * gamma);
  return w >= 0 ? [target, 0] : [0, target];
}

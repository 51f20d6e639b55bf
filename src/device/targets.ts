import type { Device } from './device.ts';
import { momentsAt } from './moments.ts';

/** Cells of a weight: one against a reference, a differential pair, or two cells on each side. */
export type DevicesPerWeight = 1 | 2 | 4;

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
 * Conductance per unit of weight, of all cells of a weight together, and the conductance that means a weight of zero, S.
 * A single cell's zero is the middle of the range, seen at `time`.
 */
export function weightScale(
  device: Device,
  devicesPerWeight: DevicesPerWeight,
  limit: number,
  time: number,
): { readonly gamma: number; readonly offset: number } {
  if (devicesPerWeight > 1) return { gamma: (pairScale(device, limit) * devicesPerWeight) / 2, offset: 0 };
  const { low, high } = device.range;
  return { gamma: (high - low) / (2 * limit), offset: momentsAt(device, (low + high) / 2, time).mean };
}

/** Target of the one cell of a weight in [−limit, limit] that stands against the middle of the range, S. */
export function singleTarget(device: Device, w: number, limit: number): number {
  const { low, high } = device.range;
  return nearestTarget(device, (low + high) / 2 + ((w / limit) * (high - low)) / 2);
}

/**
 * Targets of the two cells of a differential pair, S: one carries |w|·gamma above the resting conductance, the other
 * rests, so that their difference is w·gamma as near as the range allows.
 */
export function pairTargets(device: Device, w: number, gamma: number): [positive: number, negative: number] {
  const target = nearestTarget(device, device.rest.mean + Math.abs(w) * gamma);
  return w >= 0 ? [target, 0] : [0, target];
}

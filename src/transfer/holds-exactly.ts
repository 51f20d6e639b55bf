import { decodeWeights, type Mapping } from '../crossbar/index.ts';
import { type Device, momentsAt, nearestTarget } from '../device/index.ts';
import { unitEncoding } from './plan.ts';

/** Weights that are tried, as shares of their limit: evenly spaced over ±1. */
const tried = 65;

/** What a weight may be off by, as a share of its limit: the rounding of single precision. */
const rounding = 1e-6;

/**
 * Whether a device gives every weight within its limit back as it was asked for, at `time` s after programming: no spread, no
 * steps, no gap, no drift, no stuck cells. Noise of reads is not looked at.
 */
export function holdsExactly(device: Device, mapping: Mapping, time: number): boolean {
  if (device.stuck.high + device.stuck.low > 0) return false;
  const encoding = unitEncoding(device, mapping);
  const cells = new Float64Array(encoding.cellsPerWeight);
  const back = new Float64Array(1);
  for (let i = 0; i < tried; i++) {
    const share = (2 * i) / (tried - 1) - 1;
    encoding.encode(cells, 0, share);
    const held = cells.map(goal => momentsAt(device, nearestTarget(device, goal), time).mean);
    const spread = cells.some(goal => momentsAt(device, nearestTarget(device, goal), time).std > 0);
    decodeWeights(back, held, encoding);
    if (spread || !(Math.abs(back[0]! - share) <= rounding)) return false;
  }
  return true;
}

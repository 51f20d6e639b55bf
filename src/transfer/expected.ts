import { decodeVariances } from '../crossbar/index.ts';
import { type Device, momentsAt, readStdOf } from '../device/index.ts';
import { kernels } from '../kernels/index.ts';
import { type Plan, planEncoding, planLimits } from './plan.ts';
import { timesSquares } from './read-chip.ts';

/** Points of the device's range between which variances are interpolated. */
const points = 513;

/**
 * Variance of every weight of the plan's first `copies` that the device itself makes, [copies, weights] in squared
 * weight units: what programming leaves `time` seconds later and, where asked for, one read. As the device's model says
 * it, before drift is compensated.
 */
export function deviceVariances(
  plan: Plan,
  device: Device,
  copies: number,
  time: number,
  readNoise: boolean,
): Float32Array {
  const { target, weights } = plan;
  const encoding = planEncoding(plan);
  const varianceOf = (goal: number): number => {
    const { mean, std } = momentsAt(device, goal, time);
    return std ** 2 + (readNoise ? readStdOf(device, goal, time, mean) ** 2 : 0);
  };
  const { high } = device.range;
  const low = Math.max(device.range.low, high / points);
  const table = Float32Array.from({ length: points }, (_, i) => varianceOf(low + ((high - low) * i) / (points - 1)));
  const atRest = varianceOf(0);
  const targets = target.subarray(0, copies * weights * encoding.cellsPerWeight);
  const cells = new Float32Array(targets.length);
  kernels().tabulate(cells, null, targets, table, low, high);
  for (let i = 0; i < cells.length; i++) if (targets[i] === 0) cells[i] = atRest;
  const variances = new Float32Array(copies * weights);
  decodeVariances(variances, cells, encoding);
  return timesSquares(variances, planLimits(plan));
}

import { decodeVariances } from '../crossbar/index.ts';
import { type Device, momentsAt, readStdOf } from '../device/index.ts';
import { kernels } from '../kernels/index.ts';
import { cellRuns, shareFirst } from './cell-runs.ts';
import { type Plan, planLimits } from './plan.ts';
import { timesSquares } from './read-chip.ts';

/** Points of the device's range between which variances are interpolated. */
const points = 513;

/**
 * Variance of every weight of a plan that the device itself makes, [copies, weights] in squared
 * weight units: what programming leaves `time` seconds later and, where asked for, one read. As the device's model says
 * it, before drift is compensated.
 */
export function deviceVariances(plan: Plan, device: Device, time: number, readNoise: boolean): Float32Array {
  const { target } = plan;
  const varianceOf = (goal: number): number => {
    const { mean, std } = momentsAt(device, goal, time);
    return std ** 2 + (readNoise ? readStdOf(device, goal, time, mean) ** 2 : 0);
  };
  const { high } = device.range;
  const low = Math.max(device.range.low, high / points);
  const table = Float32Array.from({ length: points }, (_, i) => varianceOf(low + ((high - low) * i) / (points - 1)));
  const atRest = varianceOf(0);
  const cells = new Float32Array(target.length);
  kernels().tabulate(cells, null, target, table, low, high);
  for (let i = 0; i < cells.length; i++) if (target[i] === 0) cells[i] = atRest;
  const variances = new Float32Array(plan.copies * plan.weights);
  for (const { cell, cellEnd, weight, weightEnd, encoding } of cellRuns(plan)) {
    decodeVariances(variances.subarray(weight, weightEnd), cells.subarray(cell, cellEnd), encoding);
  }
  return timesSquares(shareFirst(variances, plan), planLimits(plan));
}

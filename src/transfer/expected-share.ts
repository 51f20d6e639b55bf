import type { Pieces } from '../base/index.ts';
import { type Device, momentsAt } from '../device/index.ts';
import { kernels } from '../kernels/index.ts';
import { type Plan, planOfCopy } from './plan.ts';

/** Points of the device's range between which means are interpolated. */
const points = 513;

const known = new WeakMap<Plan, WeakMap<Device, number>>();

/**
 * Share of their conductance that the plan's programmed cells are expected to keep until the time at which they hold what is
 * intended; 1 where they hold it at once. Every copy counts for all, as in `mean-field`. Worked out once per plan and device.
 */
export function* expectedShare(plan: Plan, device: Device): Pieces<number> {
  if (plan.intendedAt === 0) return 1;
  const ofPlan = known.get(plan) ?? new WeakMap<Device, number>();
  known.set(plan, ofPlan);
  let share = ofPlan.get(device);
  if (share === undefined) {
    share = yield* shareOf(plan, device);
    ofPlan.set(device, share);
  }
  return share;
}

/** Cells that are summed at a time. */
const together = 1 << 20;

function* shareOf(plan: Plan, device: Device): Pieces<number> {
  const { intendedAt } = plan;
  const low = Math.max(device.range.low, device.range.high / points);
  const step = (device.range.high - low) / (points - 1);
  const meansAt = (time: number) =>
    Float32Array.from({ length: points }, (_, i) => momentsAt(device, low + i * step, time).mean);
  const [before, after] = [meansAt(0), meansAt(intendedAt)];
  const { target } = planOfCopy(plan, 0);
  /** Expected total conductances of programmed cells, S. */
  let [begun, kept] = [0, 0];
  for (let from = 0; from < target.length; from += together) {
    const goals = target.subarray(from, Math.min(target.length, from + together)).filter(goal => goal > 0);
    const means = new Float32Array(goals.length);
    const total = (table: Float32Array) => {
      kernels().tabulate(means, null, goals, table, low, device.range.high);
      return kernels().sum(means);
    };
    begun += total(before);
    kept += total(after);
    yield;
  }
  return begun > 0 ? kept / begun : 1;
}

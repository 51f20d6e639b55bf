import { type Device, momentsAt } from '../device/index.ts';
import { kernels } from '../kernels/index.ts';
import type { Plan } from './plan.ts';

/** Points of the device's range between which means are interpolated. */
const points = 513;

const known = new WeakMap<Plan, WeakMap<Device, number>>();

/**
 * Share of their conductance that the plan's programmed cells are expected to keep until the time at which they hold what is
 * intended; 1 where they hold it at once. Every copy counts for all, as in `mean-field`. Worked out once per plan and device.
 */
export function expectedShare(plan: Plan, device: Device): number {
  if (plan.intendedAt === 0) return 1;
  const ofPlan = known.get(plan) ?? new WeakMap<Device, number>();
  known.set(plan, ofPlan);
  let share = ofPlan.get(device);
  if (share === undefined) {
    share = shareOf(plan, device);
    ofPlan.set(device, share);
  }
  return share;
}

function shareOf({ target, copies, intendedAt }: Plan, device: Device): number {
  const goals = target.subarray(0, target.length / copies).filter(goal => goal > 0);
  const before = total(device, goals, 0);
  return before > 0 ? total(device, goals, intendedAt) / before : 1;
}

/** Expected total conductance of cells programmed to these targets, S. */
function total(device: Device, goals: Float32Array, time: number): number {
  const low = Math.max(device.range.low, device.range.high / points);
  const step = (device.range.high - low) / (points - 1);
  const table = Float32Array.from({ length: points }, (_, i) => momentsAt(device, low + i * step, time).mean);
  const means = new Float32Array(goals.length);
  kernels().tabulate(means, null, goals, table, low, device.range.high);
  return kernels().sum(means);
}

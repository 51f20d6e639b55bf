import { InputError } from '../base/index.ts';
import {
  type Cells,
  conductanceAt,
  type Device,
  fillReadNoise,
  nearestTarget,
  programCells,
  readStd,
} from '../device/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { Chip } from './chip.ts';
import { columnTotals } from './column-totals.ts';
import type { Observed } from './compensation.ts';
import type { Plan } from './plan.ts';
import { momentsTable } from './real-chip.ts';

/**
 * What a chip shows `time` seconds after programming to one who fits its read-out, one read of each cell with its noise; `total` has been added
 * up over all programmed cells, whose noise averages out, and those of a real chip have theirs already.
 */
export function observe({ plan, cells, key }: Chip, device: Device, time: number, total: Observed['total']): Observed {
  const read = (some: Cells, of: Key | undefined, at: number): Float32Array => {
    const now = conductanceAt(device, some, at, new Float32Array(some.target.length));
    if (!of || !device.read) return now;
    const std = readStd(device, some, Math.max(at, device.read.duration), now, new Float32Array(now.length));
    const noise = fillReadNoise(fold(of, String(at)), device, new Float32Array(now.length));
    for (let i = 0; i < now.length; i++) now[i]! += std[i]! * noise[i]!;
    return now;
  };
  return {
    plan,
    total,
    columns() {
      const own = key && fold(key, 'columns');
      return {
        now: columnTotals(plan, read(cells, own, time)),
        programmed: columnTotals(plan, read(cells, own, 0)),
        expected: expectedOfColumns(plan, device),
      };
    },
    reference(count) {
      if (!key) {
        throw new InputError({
          path: ['hardware', 'compensation'],
          rule: "'reference' reads cells kept beside the plan's, of which a measured chip says nothing",
          hint: "choose 'global', 'column' or 'none'",
        });
      }
      const { low, high } = device.range;
      const target = new Float32Array(count).fill(nearestTarget(device, (low + high) / 2));
      const kept = programCells(fold(key, 'reference'), device, target, {
        kind: device.programming.procedure ?? 'single-pulse',
      });
      const sum = (at: number) => read(kept, fold(key, 'reference reads'), at).reduce((a, b) => a + b, 0);
      return { now: sum(time), programmed: sum(0), expected: expectedOf(device, target, plan.intendedAt)[0]! };
    },
  };
}

/** Share of the mean just after programming that is expected at a time, by target. */
function expectedOf(device: Device, target: Float32Array, time: number): Float32Array {
  const [before, after] = [momentsTable(device, 0), momentsTable(device, time)];
  return target.map(goal => after(goal)[0] / before(goal)[0]);
}

/** By output of each copy; 1 where its cells hold what is intended at once. */
function expectedOfColumns(plan: Plan, device: Device): Float64Array {
  const before = momentsTable(device, 0);
  const after = momentsTable(device, plan.intendedAt);
  const [begun, kept] = [before, after].map(mean =>
    columnTotals(
      plan,
      plan.target.map(goal => mean(goal)[0]),
    ),
  );
  return kept!.map((total, i) => (begun![i]! > 0 ? total / begun![i]! : 1));
}

import { formatQuantity, InputError, insist } from '../base/index.ts';
import { type CellReads, type Device, momentsAt } from '../device/index.ts';
import type { Chip } from './chip.ts';
import type { Plan } from './plan.ts';
import type { PlanCells } from './plan-cells.ts';

/** Spreads from the mean within which every working cell of a device lies: one in a million does not. */
const farthest = 5;

/** Spreads above the mean that bound what a device can have. */
const possible = 8;

/** Factor by which programmed cells may be off in the median. */
const mostOff = 20;

/** Points of the range at which a device is asked for its mean and spread. */
const points = 65;

/** Cells of a real chip that do not work. */
export interface Failed {
  /** Nothing was read of them. */
  readonly open: number;
  readonly stuckHigh: number;
  readonly stuckLow: number;
  /** Of those stuck high, the ones that conduct more than the device can. */
  readonly shorted: number;
}

/**
 * The chip whose cells were read. Cells of which nothing was read are open; a missing read of another is taken to be the one
 * before it, or the first. Refuses conductances that the device cannot have, unless they are said to be shorts. Stuck cells are found where the
 * device's spread lets them be told: five spreads off at every read, and above 0.9 of the range or below a fifth of what
 * was expected.
 */
export function realChip(
  plan: Plan,
  device: Device,
  reads: CellReads,
  { name, cells, shorts = false }: { readonly name: string; readonly cells: PlanCells; readonly shorts?: boolean },
): { readonly chip: Chip; readonly failed: Failed } {
  const count = plan.target.length;
  const conductance = reads.conductance.map(one => one.slice());
  const fault = fillMissing(conductance);
  insist(
    fault.some(f => f === 0),
    { file: name, path: [], rule: 'holds no conductance of any cell of the plan', hint: 'check its columns' },
  );
  const most = largestPossible(device, reads.times);
  let shorted = 0;
  for (const one of conductance) {
    for (let i = 0; i < count; i++) {
      if (one[i]! > most || one[i]! < least(device)) {
        if (!shorts || one[i]! < 0) throw impossible(name, device, most, one[i]!, cells.address(i));
        if (fault[i] === 0) shorted++;
        fault[i] = 1;
      } else if (one[i]! < 0) one[i] = 0;
    }
  }
  const target = plan.target;
  checkMedian(name, device, target, conductance[0]!, fault, reads.times[0]!);
  const stuck = stuckCells(device, target, { times: reads.times, conductance });
  for (let i = 0; i < count; i++) if (fault[i] === 0) fault[i] = stuck[i]!;
  const number = (kind: number) => fault.reduce((sum, f) => sum + Number(f === kind), 0);
  return {
    chip: {
      plan,
      cells: {
        target,
        programmed: conductance[0]!,
        reads: { times: reads.times, conductance },
        fault,
        pulses: new Uint16Array(count),
      },
    },
    failed: { open: number(2), stuckHigh: number(1), stuckLow: number(-1), shorted },
  };
}

/** Fills in what is missing of cells that were read at some time, in place, and marks the others as open. */
function fillMissing(conductance: readonly Float32Array[]): Int8Array {
  const fault = new Int8Array(conductance[0]!.length);
  for (let i = 0; i < fault.length; i++) {
    const known = conductance.findIndex(one => !Number.isNaN(one[i]!));
    if (known < 0) fault[i] = 2;
    let last = known < 0 ? 0 : conductance[known]![i]!;
    for (const one of conductance) last = one[i] = Number.isNaN(one[i]!) ? last : one[i]!;
  }
  return fault;
}

/** Which cells are stuck high (1) or low (−1) at every read, as far as the device's spread lets that be told. */
export function stuckCells(device: Device, target: Float32Array, { times, conductance }: CellReads): Int8Array {
  const { high } = device.range;
  const known = times.map(time => momentsTable(device, time));
  return Int8Array.from(target, (goal, i) => {
    const all = (holds: (g: number, mean: number, std: number) => boolean) =>
      conductance.every((one, t) => holds(one[i]!, ...known[t]!(goal)));
    if (all((g, mean, std) => g - mean > farthest * std && g >= 0.9 * high && mean < 0.9 * high)) return 1;
    return goal > 0 && all((g, mean, std) => mean - g > farthest * std && g < 0.2 * mean) ? -1 : 0;
  });
}

/** Mean and spread of working cells at a time, S, by target, on straight lines between some targets. */
export function momentsTable(device: Device, time: number): (target: number) => readonly [mean: number, std: number] {
  const { high } = device.range;
  const low = Math.max(device.range.low, high / points);
  const step = (high - low) / (points - 1);
  const at = (target: number) => {
    const { mean, std } = momentsAt(device, target, time);
    return [mean, std] as const;
  };
  const known = Array.from({ length: points }, (_, i) => at(low + i * step));
  const rest = at(0);
  return target => {
    if (target === 0) return rest;
    const place = Math.min(points - 1, Math.max(0, (target - low) / step));
    const i = Math.min(points - 2, Math.floor(place));
    const share = place - i;
    const between = (k: 0 | 1) => known[i]![k] + share * (known[i + 1]![k] - known[i]![k]);
    return [between(0), between(1)];
  };
}

/** The least that a read may say of a cell without conductance: a twentieth of the range below 0 (assumption), S. */
const least = (device: Device): number => -0.05 * device.range.high;

/** The largest conductance that a working cell of a device can have just after programming or at one of the times, S. */
function largestPossible(device: Device, times: readonly number[]): number {
  const { low, high } = device.range;
  let most = 1.1 * high;
  for (const time of new Set([0, ...times])) {
    for (let i = 0; i <= 16; i++) {
      const { mean, std } = momentsAt(device, i === 0 ? 0 : low + ((high - low) * i) / 16, time);
      most = Math.max(most, mean + possible * std);
    }
  }
  return most;
}

const impossible = (file: string, device: Device, most: number, value: number, where: string): InputError =>
  new InputError({
    file,
    path: [where],
    rule: `must be a conductance from ${formatQuantity(least(device), 'S')} (what noise makes of none) to ${formatQuantity(most, 'S')}, which ${device.name} can have, got ${formatQuantity(value, 'S')}`,
    hint: value < 0 ? 'check the sign and the unit' : 'check the unit, or add --shorts where cells are shorted',
  });

/** Refuses conductances that are off as a whole, as by a wrong unit. */
function checkMedian(
  file: string,
  device: Device,
  target: Float32Array,
  read: Float32Array,
  fault: Int8Array,
  time: number,
): void {
  const expected = momentsTable(device, time);
  const ratios: number[] = [];
  for (let i = 0; i < read.length; i++) {
    if (target[i]! > 0 && fault[i] === 0) ratios.push(read[i]! / expected(target[i]!)[0]);
  }
  const median = ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)];
  const { low, high } = device.range;
  insist(median === undefined || (median > 1 / mostOff && median < mostOff), {
    file,
    path: [],
    rule: `holds conductances that are ${Number(median?.toPrecision(2))} times what the plan expects of ${device.name} (${formatQuantity(low, 'S')} to ${formatQuantity(high, 'S')}) in the median`,
    hint: 'check the unit and that these are the cells of the plan',
  });
}

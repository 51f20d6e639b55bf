import { atOnce, insist, type Pieces } from '../base/index.ts';
import { decodeVariances, decodeWeights, effectiveCellsInPieces, type Wires } from '../crossbar/index.ts';
import { type Cells, conductanceAt, type Device, momentsAt, readStd, trappedCells } from '../device/index.ts';
import { kernels } from '../kernels/index.ts';
import type { Key } from '../random/index.ts';
import { type CellRun, cellRuns, shareFirst } from './cell-runs.ts';
import { type Chip, deviceKeyOf } from './chip.ts';
import type { ChipReading, Compensation } from './compensation.ts';
import { type CompensationName, compensations } from './compensations/index.ts';
import { expectedShare } from './expected-share.ts';
import { observe } from './observe.ts';
import { planLimits, planPlacement } from './plan.ts';
import { drawShared, type SharedErrors } from './shared-errors.ts';

/** How a chip is looked at. A compensation compares two reads of the chip, in which errors that its cells share cancel. */
export interface ReadOptions {
  /** Time since programming, s. */
  readonly time: number;
  /** How the read-out makes up for drift. */
  readonly compensation: CompensationName;
  /** Resistances of the arrays; ideal wires where absent. */
  readonly wires?: Wires;
  /** Whether the variances of reads are wanted; false by default. */
  readonly readNoise?: boolean;
  /** Time from one fit of the compensation to the next, s; it is fitted at `time` where absent. */
  readonly refit?: number;
  /** Key of what is frozen in the cells, such as their traps; from that of the chip's programming by default. */
  readonly deviceKey?: Key;
  /** Errors that cells of the chip share, its number and the key of its first programming; none by default, nor of a real chip, whose reads have them. */
  readonly shared?: { readonly errors: SharedErrors; readonly chip: number; readonly key: Key };
}

/**
 * The weights that the conductances of a chip of `device` mean at a time after programming, seen through its wires, and what
 * one read adds to them: the variance of a weight is that of its cells together, wires left out of it.
 */
export function* readInPieces(
  chip: Chip,
  device: Device,
  { time, compensation, wires, readNoise = false, refit, shared, deviceKey }: ReadOptions,
): Pieces<ChipReading> {
  const { plan, cells } = chip;
  const { copies, weights: perCopy } = plan;
  const runs = cellRuns(plan);
  const { conductance: own, total, reference } = yield* conductancesInPieces(chip, device, { time, shared });
  let seen = own;
  if (wires) {
    const placement = planPlacement(plan);
    yield;
    seen = yield* effectiveCellsInPieces(placement, own, wires, device.rest.mean);
  }
  const taken = runs.some(({ encoding }) => encoding.offset !== 0) ? referenceShare(device, time) * (1 + reference) : 0;
  const weights = new Float32Array(copies * perCopy);
  const variances = readNoise && device.read ? new Float32Array(weights.length) : undefined;
  const room = variances && roomFor(runs);
  for (const { cell, cellEnd, weight, weightEnd, encoding } of runs) {
    const offset = encoding.offset === 0 ? 0 : encoding.offset * taken;
    decodeWeights(weights.subarray(weight, weightEnd), seen.subarray(cell, cellEnd), { ...encoding, offset });
    yield;
    if (!variances) continue;
    const then = own.subarray(cell, cellEnd);
    const squares = readSquares(device, cellsFrom(cells, cell, cellEnd), time, then, room!.subarray(0, then.length));
    decodeVariances(variances.subarray(weight, weightEnd), squares, encoding);
    yield;
  }
  const limits = planLimits(plan);
  shareFirst(weights, plan);
  if (variances) shareFirst(variances, plan);
  const atATime = perCopy * Math.max(1, Math.floor(together / perCopy));
  for (let from = 0; from < weights.length; from += atATime) {
    const some = weights.subarray(from, from + atATime);
    kernels().binary('multiply', some, some, limits);
    if (variances) timesSquares(variances.subarray(from, from + atATime), limits);
    yield;
  }
  const jumps = variances && device.telegraph ? yield* jumpsOf(chip, device, own, runs, deviceKey) : undefined;
  const reading = { weights, ...(variances && { variances }) };
  const method: Compensation = compensations[compensation];
  const fitted = lastFit(time, refit);
  const now = fitted === time ? total : yield* totalAt(chip, device, runs, fitted);
  const programmed = yield* programmedTotal(chip, device, runs);
  const all = { now, programmed, expected: yield* expectedShare(plan, device) };
  const correction = method.fit(observe(chip, device, fitted, all));
  method.apply(reading, correction, plan);
  for (const each of jumps ?? []) method.apply({ weights: each }, correction, plan);
  return { ...reading, ...(jumps && { jumps }) };
}

/** What the occupied trap of each cell takes from its weight, [cells of a weight][copies · weights]: 0 where a cell has none. */
function* jumpsOf(
  { plan, key }: Chip,
  device: Device,
  conductance: Float32Array,
  runs: readonly CellRun[],
  deviceKey = key && deviceKeyOf(key),
): Pieces<Float32Array[]> {
  insist(deviceKey, {
    path: ['hardware', 'device'],
    rule: `${device.name} declares telegraph noise, and which cells of a measured chip have it is not known`,
    hint: 'turn hardware.readNoise off, or use a device without telegraph noise',
  });
  const most = runs.reduce((cells, { encoding }) => Math.max(cells, encoding.cellsPerWeight), 0);
  const limits = planLimits(plan);
  const trapped = trappedCells(deviceKey, device, conductance.length);
  const jumps = Array.from({ length: most }, () => new Float32Array(plan.copies * plan.weights));
  for (const { cell, cellEnd, weight, weightEnd, encoding } of runs) {
    const { cellsPerWeight: per } = encoding;
    for (const [k, each] of jumps.slice(0, per).entries()) {
      const lost = new Float32Array(cellEnd - cell);
      for (let i = k; i < lost.length; i += per) {
        if (trapped[cell + i]) lost[i] = -device.telegraph!.amplitude * conductance[cell + i]!;
      }
      decodeWeights(each.subarray(weight, weightEnd), lost, { ...encoding, offset: 0 });
    }
    yield;
  }
  for (const each of jumps) kernels().binary('multiply', each, shareFirst(each, plan), limits);
  return jumps;
}

/** Conductances of all cells of a chip at a time. */
export interface ChipConductances {
  /** As they are read, S, in the plan's order: with the errors that cells share. */
  readonly conductance: Float32Array;
  /** Of the programmed cells together, S, without these errors. */
  readonly total: number;
  /** The relative error of a reference that a mapping takes away. */
  readonly reference: number;
}

/** What every cell of a chip conducts at a time, without noise of reads and before its wires. */
export function* conductancesInPieces(
  { plan, cells }: Chip,
  device: Device,
  { time, shared }: Pick<ReadOptions, 'time' | 'shared'>,
): Pieces<ChipConductances> {
  const { target } = plan;
  const conductance = new Float32Array(target.length);
  const draw = shared && drawShared(shared.key, plan, device.range.high, shared.errors, shared.chip);
  let total = 0;
  for (const { cell, cellEnd } of cellRuns(plan)) {
    const some = conductanceAt(device, cellsFrom(cells, cell, cellEnd), time, conductance.subarray(cell, cellEnd));
    total = addProgrammed(total, target.subarray(cell, cellEnd), some);
    yield;
  }
  draw?.apply(conductance);
  return { conductance, total, reference: draw?.reference ?? 0 };
}

/** When a read-out was last fitted that is fitted every `refit` seconds from programming on. */
export const lastFit = (time: number, refit: number | undefined): number =>
  refit === undefined ? time : Math.floor(time / refit) * refit;

/** `readInPieces` without turns for others. */
export const readChip = (...given: Parameters<typeof readInPieces>): ChipReading => atOnce(readInPieces(...given));

/** Weights that are scaled at a time, in whole copies. */
const together = 1 << 18;

/** Cells `from` … `to` − 1 of all. */
function cellsFrom(cells: Cells, from: number, to: number): Cells {
  const { target, programmed, reads, undershoot, driftExponent, relaxation, fault, pulses } = cells;
  return {
    target: target.subarray(from, to),
    programmed: programmed.subarray(from, to),
    ...(reads && {
      reads: { times: reads.times, conductance: reads.conductance.map(one => one.subarray(from, to)) },
    }),
    ...(undershoot && { undershoot: undershoot.subarray(from, to) }),
    ...(driftExponent && { driftExponent: driftExponent.subarray(from, to) }),
    ...(relaxation && { relaxation: relaxation.subarray(from, to) }),
    fault: fault.subarray(from, to),
    pulses: pulses.subarray(from, to),
  };
}

/** Room for what is worked out for the cells of one run after another. */
const roomFor = (runs: readonly CellRun[]): Float32Array =>
  new Float32Array(runs.reduce((most, { cell, cellEnd }) => Math.max(most, cellEnd - cell), 0));

/** Variances of cells of conductance `now` in one read, S²; writes `out`, [cells]. */
function readSquares(device: Device, cells: Cells, time: number, now: Float32Array, out: Float32Array): Float32Array {
  readStd(device, cells, time, now, out);
  kernels().unary('square', out, out);
  return out;
}

/** Variances [copies, weights] of shares of limits [weights] as those of weights, in place. */
export function timesSquares(variances: Float32Array, limits: Float32Array): Float32Array {
  kernels().binary('multiply', variances, variances, limits);
  kernels().binary('multiply', variances, variances, limits);
  return variances;
}

/** What drift leaves of a reference in the middle of the range, which a mapping with an offset takes away. */
function referenceShare(device: Device, time: number): number {
  const { low, high } = device.range;
  const middle = (low + high) / 2;
  return momentsAt(device, middle, time).mean / momentsAt(device, middle, 0).mean;
}

/** Totals just after programming, S, by the programmed conductances: chips are read at many times. */
const totals = new WeakMap<Float32Array, number>();

/** What the programmed cells conducted together just after programming; of real ones by the device's model, from the first read. */
function* programmedTotal(chip: Chip, device: Device, runs: readonly CellRun[]): Pieces<number> {
  const { programmed } = chip.cells;
  const known = totals.get(programmed);
  if (known !== undefined) return known;
  const total = yield* totalAt(chip, device, runs, 0);
  totals.set(programmed, total);
  return total;
}

/** What the programmed cells conduct together at a time, S. */
function* totalAt({ plan, cells }: Chip, device: Device, runs: readonly CellRun[], time: number): Pieces<number> {
  const room = roomFor(runs);
  let total = 0;
  for (const { cell, cellEnd } of runs) {
    const some = conductanceAt(device, cellsFrom(cells, cell, cellEnd), time, room.subarray(0, cellEnd - cell));
    total = addProgrammed(total, plan.target.subarray(cell, cellEnd), some);
    yield;
  }
  return total;
}

/** A total with the conductances of the cells that are not at rest, S. */
function addProgrammed(total: number, target: Float32Array, conductance: Float32Array): number {
  let sum = total;
  // Which cells are at rest is as good as random, and a product with 0 or 1 has no branch to foresee wrongly.
  for (let i = 0; i < target.length; i++) sum += conductance[i]! * Number(target[i] !== 0);
  return sum;
}

import { formatQuantity, InputError, insist } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type CellGrid, type CellNumbers, cellNumbers, listGrid } from './cell-numbers.ts';
import type { Cells, Device, Procedure, Randomness } from './device.ts';
import { checkProcedure } from './own-procedure.ts';
import type { Programming } from './procedures/procedure.ts';
import { programAndVerify } from './procedures/program-and-verify.ts';
import { singlePulse } from './procedures/single-pulse.ts';
import { staircase } from './procedures/staircase.ts';
import { programmingTables } from './pulse.ts';
import { lookUpTable, scatterByTable } from './table.ts';

/** All three randomnesses. */
export const allRandomness: Randomness = { deviceToDevice: true, cycleToCycle: true, read: true };

export interface ProgramOptions {
  /** Which randomnesses act; all by default. */
  readonly randomness?: Randomness;
  /** Key of what is frozen in the cells: offsets and faults. From `key` by default; give it to program a chip again. */
  readonly deviceKey?: Key;
  /** Where the cells lie in a network, which their random numbers go by; one row of cells by default. */
  readonly grid?: CellGrid;
}

/**
 * Programs one cell per target, S (0 leaves a cell at rest). Device-to-device randomness and stuck cells come from
 * `deviceKey`; cycle-to-cycle randomness, relaxation and drift exponents from `key`. What a cell draws depends on the
 * keys and on its place in `grid`, not on the other cells nor on how often they are programmed.
 */
export function programCells(
  key: Key,
  device: Device,
  targets: Float32Array,
  procedure: Procedure,
  options: ProgramOptions = {},
): Cells {
  checkTargets(device, targets);
  checkProcedure(device, procedure);
  const count = targets.length;
  const { randomness = allRandomness, deviceKey = fold(key, 'device'), grid = listGrid(count) } = options;
  const numbers = cellNumbers(grid);
  const cycleKey = randomness.cycleToCycle ? fold(key, 'cycle') : null;
  const programmed = new Float32Array(count);
  const pulses = new Uint16Array(count);
  const fault = new Int8Array(count);
  const frozen =
    randomness.deviceToDevice && (device.programming.deviceStd || device.rest.deviceStd)
      ? numbers.normal(fold(deviceKey, 'offset'), new Float32Array(count))
      : null;
  const readKey = randomness.read && device.read ? fold(key, 'verify') : null;
  run(procedure, { device, targets, numbers, frozen, cycleKey, readKey, programmed, pulses });
  const undershoot = cutAtZero(programmed, device.relaxation !== undefined);
  if (randomness.deviceToDevice) stick(fold(deviceKey, 'fault'), device, numbers, fault, programmed);
  const drawn = (purpose: string) => cycleKey && numbers.normal(fold(cycleKey, purpose), new Float32Array(count));
  return {
    target: targets,
    programmed,
    ...(undershoot && { undershoot }),
    ...(device.drift && { driftExponent: driftExponents(device, targets, drawn('drift')) }),
    ...(device.relaxation && { relaxation: drawn('relaxation') ?? new Float32Array(count) }),
    fault,
    pulses,
  };
}

function run(procedure: Procedure, work: Programming): void {
  // What the procedure left is known, and one draw from it stands for all of it.
  if (work.device.programming.procedure) {
    singlePulse(work);
    return;
  }
  switch (procedure.kind) {
    case 'single-pulse':
      singlePulse(work);
      break;
    case 'program-and-verify': {
      const { tolerance = 0.01, iterations = 20 } = procedure;
      insist(tolerance > 0, `procedure.tolerance: must be positive, got ${tolerance}.`);
      insist(iterations >= 1, `procedure.iterations: must be at least 1, got ${iterations}.`);
      programAndVerify(work, tolerance, iterations);
      break;
    }
    case 'staircase': {
      const { step = 0.02, iterations = 200 } = procedure;
      insist(step > 0, `procedure.step: must be positive, got ${step}.`);
      insist(iterations >= 1, `procedure.iterations: must be at least 1, got ${iterations}.`);
      staircase(work, step, iterations);
    }
  }
}

function checkTargets(device: Device, targets: Float32Array): void {
  const low = device.range.low * (1 - 1e-4);
  const high = device.range.high * (1 + 1e-4);
  if (within(targets, low, high)) return;
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    if ((target >= low && target <= high) || target === 0) continue;
    throw new InputError(
      `targets[${i}]: must be 0 (at rest) or within ${formatQuantity(device.range.low, 'S')} to ${formatQuantity(device.range.high, 'S')} of ${device.name}, got ${formatQuantity(target, 'S')}; nearestTarget gives the closest.`,
    );
  }
}

/** Whether all are numbers from `low` to `high`: a quick look, since most are. */
function within(values: Float32Array, low: number, high: number): boolean {
  const ends = new Float32Array(2);
  kernels().range(ends, values);
  return ends[0]! >= low && ends[1]! <= high && !Number.isNaN(kernels().sum(values));
}

/** Cuts conductances at 0, in place, and says by how much where that is kept and any was cut. */
function cutAtZero(programmed: Float32Array, kept: boolean): Float32Array | undefined {
  let undershoot: Float32Array | undefined;
  if (!kept) {
    kernels().unary('relu', programmed, programmed);
    return undershoot;
  }
  for (let i = 0; i < programmed.length; i++) {
    if (programmed[i]! >= 0) continue;
    if (kept) {
      undershoot ??= new Float32Array(programmed.length);
      undershoot[i] = programmed[i]!;
    }
    programmed[i] = 0;
  }
  return undershoot;
}

/** Marks stuck cells and sets them to their conductance, the largest that cells have or that of rest. */
function stick(key: Key, device: Device, numbers: CellNumbers, fault: Int8Array, programmed: Float32Array): void {
  const { high, low, at = device.range.high } = device.stuck;
  if (high + low === 0) return;
  const u = numbers.uniform(key, new Float32Array(fault.length));
  for (let i = 0; i < fault.length; i++) {
    if (u[i]! < high) {
      fault[i] = 1;
      programmed[i] = at;
    } else if (u[i]! < high + low) {
      fault[i] = -1;
      programmed[i] = device.rest.mean;
    }
  }
}

/** ν = |N(exponentMean, exponentStd²)| of each cell, in place of its standard normal; the mean where null. */
function driftExponents(device: Device, targets: Float32Array, normals: Float32Array | null): Float32Array {
  const tables = programmingTables(device);
  if (!normals) return lookUpTable(new Float32Array(targets.length), tables.exponentMean!, targets);
  scatterByTable(normals, normals, targets, tables.exponentMean, tables.exponentStd!);
  kernels().unary('abs', normals, normals);
  return normals;
}

import { formatQuantity, InputError, insist } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { fillNormal, fillUniform, fold, type Key } from '../random/index.ts';
import type { Cells, Device, Procedure, Randomness } from './device.ts';
import type { Programming } from './procedures/procedure.ts';
import { programAndVerify } from './procedures/program-and-verify.ts';
import { singlePulse } from './procedures/single-pulse.ts';
import { staircase } from './procedures/staircase.ts';
import { programmingTables } from './pulse.ts';
import { lookUpTable } from './table.ts';

/** All three randomnesses. */
export const allRandomness: Randomness = { deviceToDevice: true, cycleToCycle: true, read: true };

export interface ProgramOptions {
  /** Which randomnesses act; all by default. */
  readonly randomness?: Randomness;
  /** Key of what is frozen in the cells: offsets and faults. From `key` by default; give it to program a chip again. */
  readonly deviceKey?: Key;
}

/**
 * Programs one cell per target, S (0 leaves a cell at rest). Device-to-device randomness and stuck cells come from
 * `deviceKey`; cycle-to-cycle randomness, relaxation and drift exponents from `key`.
 */
export function programCells(
  device: Device,
  targets: Float32Array,
  procedure: Procedure,
  key: Key,
  options: ProgramOptions = {},
): Cells {
  checkTargets(device, targets);
  const { randomness = allRandomness, deviceKey = fold(key, 'device') } = options;
  const count = targets.length;
  const cycleKey = randomness.cycleToCycle ? fold(key, 'cycle') : null;
  const programmed = new Float32Array(count);
  const pulses = new Uint16Array(count);
  const fault = new Int8Array(count);
  const frozen =
    randomness.deviceToDevice && (device.programming.deviceStd || device.rest.deviceStd)
      ? fillNormal(fold(deviceKey, 'offset'), new Float32Array(count))
      : null;
  const readKey = randomness.read && device.read ? fold(key, 'verify') : null;
  run(procedure, { device, targets, frozen, cycleKey, readKey, programmed, pulses });
  if (randomness.deviceToDevice) stick(device, fold(deviceKey, 'fault'), fault, programmed);
  return {
    target: targets,
    programmed,
    ...(device.drift && { driftExponent: driftExponents(device, targets, cycleKey && fold(cycleKey, 'drift')) }),
    ...(device.relaxation && { relaxation: standardNormals(count, cycleKey && fold(cycleKey, 'relaxation')) }),
    fault,
    pulses,
  };
}

function run(procedure: Procedure, work: Programming): void {
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
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    if ((target >= low && target <= high) || target === 0) continue;
    throw new InputError(
      `targets[${i}]: must be 0 (at rest) or within ${formatQuantity(device.range.low, 'S')} to ${formatQuantity(device.range.high, 'S')} of ${device.name}, got ${formatQuantity(target, 'S')}; nearestTarget gives the closest.`,
    );
  }
}

/** Marks stuck cells and sets them to their conductance, device.range.high or that of rest. */
function stick(device: Device, key: Key, fault: Int8Array, programmed: Float32Array): void {
  const { high, low } = device.stuck;
  if (high + low === 0) return;
  const u = fillUniform(key, new Float32Array(fault.length));
  for (let i = 0; i < fault.length; i++) {
    if (u[i]! < high) {
      fault[i] = 1;
      programmed[i] = device.range.high;
    } else if (u[i]! < high + low) {
      fault[i] = -1;
      programmed[i] = device.rest.mean;
    }
  }
}

/** ν = |N(exponentMean, exponentStd²)| of each cell. */
function driftExponents(device: Device, targets: Float32Array, key: Key | null): Float32Array {
  const tables = programmingTables(device);
  const exponents = lookUpTable(new Float32Array(targets.length), tables.exponentMean!, targets);
  if (!key) return exponents;
  const std = lookUpTable(new Float32Array(targets.length), tables.exponentStd!, targets);
  const noise = fillNormal(key, new Float32Array(targets.length));
  const { binary, axpy, unary } = kernels();
  binary('multiply', std, std, noise);
  axpy(exponents, 1, std);
  unary('abs', exponents, exponents);
  return exponents;
}

function standardNormals(count: number, key: Key | null): Float32Array {
  const normals = new Float32Array(count);
  return key ? fillNormal(key, normals) : normals;
}

import { kernels } from '../kernels/index.ts';
import { fillNormal, fillUniform, type Key } from '../random/index.ts';
import type { CellNumbers } from './cell-numbers.ts';
import type { Cells, Device } from './device.ts';
import { lookUpTable, tableAt } from './table.ts';

/**
 * Spread of one read of every cell, S, for cells of the given conductances `time` seconds after programming; zero
 * for a device without read noise. Returns `out`, [cells].
 */
export function readStd(
  device: Device,
  cells: Pick<Cells, 'target'>,
  time: number,
  conductance: Float32Array,
  out: Float32Array,
): Float32Array {
  const { read, rest, range } = device;
  if (!read) return out.fill(0);
  if ('absolute' in read.std) {
    const over = { rest: 0, high: 1.5 * range.high };
    return lookUpTable(out, tableAt(device, 'absolute read noise', time, read.std.absolute, over), conductance);
  }
  const over = { rest: rest.mean, high: range.high };
  lookUpTable(out, tableAt(device, 'relative read noise', time, read.std.relative, over), cells.target);
  kernels().binary('multiply', out, out, conductance);
  return out;
}

/** Spread of one read, S, of a cell programmed to `target` whose conductance at `time` is `conductance`. */
export function readStdOf(device: Device, target: number, time: number, conductance: number): number {
  const { read, rest } = device;
  if (!read) return 0;
  if ('absolute' in read.std) return read.std.absolute(conductance, time);
  return conductance * read.std.relative(target === 0 ? rest.mean : target, time);
}

/** Readings of the given cells right after a programming step, S; without a key the conductances themselves. */
export function verifyingRead(
  key: Key | null,
  device: Device,
  cells: Int32Array,
  target: Float32Array,
  conductance: Float32Array,
  numbers: CellNumbers,
): Float32Array {
  if (!device.read || !key) return conductance;
  const std = readStd(device, { target }, device.read.duration, conductance, new Float32Array(cells.length));
  const noise = new Float32Array(cells.length);
  if (device.read.shape === 'laplace') laplace(numbers.uniformOf(key, noise, cells));
  else numbers.normalOf(key, noise, cells);
  for (let i = 0; i < noise.length; i++) noise[i] = conductance[i]! + std[i]! * noise[i]!;
  return noise;
}

/** Fills `out` with independent read noise of unit variance and of the device's shape. */
export function fillReadNoise(key: Key, device: Device, out: Float32Array): Float32Array {
  return device.read?.shape === 'laplace' ? laplace(fillUniform(key, out)) : fillNormal(key, out);
}

/** Turns uniforms into Laplace noise of unit variance, in place. */
function laplace(out: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) {
    const centred = out[i]! - 0.5;
    out[i] = -Math.SQRT1_2 * Math.sign(centred) * Math.log(1 - 2 * Math.abs(centred));
  }
  return out;
}

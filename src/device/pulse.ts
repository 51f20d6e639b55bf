import { kernels } from '../kernels/index.ts';
import type { Device } from './device.ts';
import { deviatesOf } from './shape.ts';
import { lookUpTable, scatterByTable, type Table, tabulate } from './table.ts';

/** A device's programming curves, tabulated once. */
export interface ProgrammingTables {
  readonly mean?: Table;
  readonly std: Table;
  readonly deviceStd?: Table;
  readonly exponentMean?: Table;
  readonly exponentStd?: Table;
}

const cache = new WeakMap<Device, ProgrammingTables>();

export function programmingTables(device: Device): ProgrammingTables {
  let tables = cache.get(device);
  if (!tables) {
    const { programming, drift, rest, range } = device;
    const over = (curve: (target: number) => number): Table => tabulate(curve, rest.mean, range.high);
    tables = {
      mean: programming.mean && over(programming.mean),
      std: over(programming.std),
      deviceStd: programming.deviceStd && over(programming.deviceStd),
      exponentMean: drift && over(drift.exponentMean),
      exponentStd: drift && over(drift.exponentStd),
    };
    cache.set(device, tables);
  }
  return tables;
}

/** Parameters of a lognormal's logarithm such that the given relative spread comes out. */
export function logSpread(relative: number): number {
  return Math.sqrt(Math.log1p(relative * relative));
}

/**
 * One programming step per cell: writes the conductances to `out`, S, not yet cut at 0. `frozen` holds each cell's device-to-device
 * standard normal, `noise` that of this step's cycle-to-cycle spread; null for none.
 */
export function pulse(
  device: Device,
  targets: Float32Array,
  frozen: Float32Array | null,
  noise: Float32Array | null,
  out: Float32Array,
): Float32Array {
  const tables = programmingTables(device);
  const count = targets.length;
  const { shape } = device.programming;
  if (noise && !(frozen && tables.deviceStd) && shape !== 'lognormal' && typeof shape !== 'object') {
    scatterByTable(out, noise, targets, tables.mean, tables.std);
    rests(device, targets, frozen, noise, out);
    return out;
  }
  const std = lookUpTable(new Float32Array(count), tables.std, targets);
  const mean = tables.mean ? lookUpTable(new Float32Array(count), tables.mean, targets) : targets;
  const deviceStd = frozen && tables.deviceStd ? lookUpTable(new Float32Array(count), tables.deviceStd, targets) : null;
  if (typeof shape === 'object') {
    out.set(mean);
    if (noise || deviceStd) {
      const normals = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        const c = noise ? std[i]! : 0;
        const d = deviceStd ? deviceStd[i]! : 0;
        const total = Math.sqrt(c * c + d * d);
        std[i] = total;
        normals[i] = total > 0 ? ((noise ? c * noise[i]! : 0) + (deviceStd ? d * frozen![i]! : 0)) / total : 0;
      }
      deviatesOf(shape).fill(normals, targets);
      for (let i = 0; i < count; i++) out[i]! += std[i]! * normals[i]!;
    }
  } else if (shape === 'lognormal') {
    for (let i = 0; i < count; i++) {
      const s = noise ? logSpread(std[i]! / mean[i]!) : 0;
      const d = deviceStd ? logSpread(deviceStd[i]! / mean[i]!) : 0;
      const shift = deviceStd ? d * frozen![i]! - (d * d) / 2 : 0;
      out[i] = mean[i]! * Math.exp((noise ? s * noise[i]! : 0) - (s * s) / 2 + shift);
    }
  } else {
    const { binary, axpy } = kernels();
    if (noise) binary('multiply', out, std, noise);
    else out.fill(0);
    axpy(out, 1, mean);
    if (deviceStd) {
      binary('multiply', deviceStd, deviceStd, frozen!);
      axpy(out, 1, deviceStd);
    }
  }
  rests(device, targets, frozen, noise, out);
  return out;
}

/** Sets the cells whose target is 0 to draws of the resting state. */
function rests(
  { rest }: Device,
  targets: Float32Array,
  frozen: Float32Array | null,
  noise: Float32Array | null,
  out: Float32Array,
): void {
  const first = targets.indexOf(0);
  if (first < 0) return;
  const count = targets.length;
  const { mean, std, deviceStd = 0 } = rest;
  const lognormal = rest.shape === 'lognormal' && mean > 0;
  const s = noise ? (lognormal ? logSpread(std / mean) : std) : 0;
  const d = frozen ? (lognormal ? logSpread(deviceStd / mean) : deviceStd) : 0;
  const centre = lognormal ? Math.log(mean) - (s * s + d * d) / 2 : mean;
  const state = new Float32Array(count);
  if (noise) kernels().scale(state, noise, s, centre);
  else state.fill(centre);
  if (frozen && d > 0) kernels().axpy(state, d, frozen);
  if (lognormal) kernels().unary('exp', state, state);
  for (let i = first; i < count; i++) out[i] = targets[i] === 0 ? state[i]! : out[i]!;
}

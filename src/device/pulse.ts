import { fillNormal, type Key } from '../random/index.ts';
import type { Device } from './device.ts';
import { lookUpTable, type Table, tabulate } from './table.ts';

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
 * One programming step per cell: writes the conductances to `out`, S. `frozen` holds each cell's device-to-device
 * standard normal, null for none; without a key the step has no cycle-to-cycle spread.
 */
export function pulse(
  device: Device,
  targets: Float32Array,
  frozen: Float32Array | null,
  key: Key | null,
  out: Float32Array,
): Float32Array {
  const tables = programmingTables(device);
  const { rest } = device;
  const count = targets.length;
  const noise = new Float32Array(count);
  if (key) fillNormal(key, noise);
  const std = lookUpTable(new Float32Array(count), tables.std, targets);
  const mean = tables.mean ? lookUpTable(new Float32Array(count), tables.mean, targets) : targets;
  const deviceStd = frozen && tables.deviceStd ? lookUpTable(new Float32Array(count), tables.deviceStd, targets) : null;
  if (device.programming.shape === 'lognormal') {
    for (let i = 0; i < count; i++) {
      const s = key ? logSpread(std[i]! / mean[i]!) : 0;
      const d = deviceStd ? logSpread(deviceStd[i]! / mean[i]!) : 0;
      const shift = deviceStd ? d * frozen![i]! - (d * d) / 2 : 0;
      out[i] = mean[i]! * Math.exp(s * noise[i]! - (s * s) / 2 + shift);
    }
  } else if (deviceStd) {
    for (let i = 0; i < count; i++) {
      const value = mean[i]! + deviceStd[i]! * frozen![i]! + std[i]! * noise[i]!;
      out[i] = Math.max(value, 0);
    }
  } else {
    for (let i = 0; i < count; i++) {
      const value = mean[i]! + std[i]! * noise[i]!;
      out[i] = Math.max(value, 0);
    }
  }
  if (rest.shape === 'lognormal' && rest.mean > 0) {
    const s = key ? logSpread(rest.std / rest.mean) : 0;
    const d = frozen ? logSpread((rest.deviceStd ?? 0) / rest.mean) : 0;
    const centre = rest.mean * Math.exp(-(s * s + d * d) / 2);
    for (let i = 0; i < count; i++) {
      if (targets[i] === 0) out[i] = centre * Math.exp(s * noise[i]! + (frozen ? d * frozen[i]! : 0));
    }
  } else {
    const restStd = key ? rest.std : 0;
    const deviceRest = frozen ? (rest.deviceStd ?? 0) : 0;
    for (let i = 0; i < count; i++) {
      if (targets[i] !== 0) continue;
      const value = rest.mean + restStd * noise[i]! + (frozen ? deviceRest * frozen[i]! : 0);
      out[i] = Math.max(0, value);
    }
  }
  return out;
}

import { canonical } from '../base/index.ts';
import type { Device } from './device.ts';
import { deviceFromSpec } from './file/file.ts';
import type { DeviceFile } from './file/schema.ts';
import { findDevice } from './find.ts';
import { type DeviceFactors, withFactors, withinRange, withSpread } from './spread.ts';

/**
 * A device as plain data, by which it is named and sent to other processes: a preset or the fields of a device file, its
 * programming spreads times `spread`, the share of its range that is used, and what else of it is otherwise than its model says.
 */
export type DeviceReference = { readonly spread: number; readonly share?: number; readonly factors?: DeviceFactors } & (
  | { readonly preset: string }
  | { readonly file: DeviceFile; readonly path: string }
);

/** Devices made of references, most recently used last; tables of their curves belong to the device. */
const made = new Map<string, Device>();
const kept = 64;

/** The device that a reference means: the same object for equal references, so that its tables are made once. */
export function deviceOf(reference: DeviceReference): Device {
  const name = canonical(reference);
  const found = made.get(name) ?? build(reference);
  made.delete(name);
  made.set(name, found);
  if (made.size > kept) made.delete(made.keys().next().value!);
  return found;
}

function build(reference: DeviceReference): Device {
  const nominal = 'preset' in reference ? findDevice(reference.preset) : deviceFromSpec(reference.file, reference.path);
  const spread = reference.spread === 1 ? nominal : withSpread(nominal, reference.spread);
  const used = reference.share === undefined ? spread : withinRange(spread, reference.share);
  return reference.factors ? withFactors(used, reference.factors) : used;
}

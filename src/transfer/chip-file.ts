import { InputError } from '../base/index.ts';
import { decodeSafetensors, encodeSafetensors, type NdArray, ndArray } from '../data/index.ts';
import type { Cells } from '../device/index.ts';
import type { Chip } from './chip.ts';
import type { Plan } from './plan.ts';

/** Marks a file as the work of the simulation. */
const format = 'posterohm-chip';

/**
 * The chip as safetensors, one entry per cell in the plan's order: target and programmed conductance (S), what programming cut
 * off at 0 (S), drift exponent and relaxation draw where the device has them, fault (1 stuck high, −1 stuck low) and pulses used.
 */
export function encodeChip({ cells, plan, key }: Chip): Uint8Array {
  const tensors: Record<string, NdArray> = {};
  for (const [name, data] of Object.entries(cells)) {
    if (ArrayBuffer.isView(data)) tensors[name] = ndArray([cells.target.length], data as Float32Array);
  }
  return encodeSafetensors(tensors, {
    format,
    device: plan.device,
    method: plan.method,
    ...(key && { key: `${key.word0} ${key.word1}` }),
  });
}

/** Whether a chip's file holds conductances that were read from a real array. */
export function isMeasured(bytes: Uint8Array, name: string): boolean {
  return decodeSafetensors(bytes, name).metadata.format !== format;
}

/**
 * Reads a chip back. A file that holds only `programmed` (read-back of a real array, S, in the plan's order) will do:
 * its cells keep the conductances they were read with. A file without the mark of the simulation counts as measured.
 */
export function decodeChip(bytes: Uint8Array, plan: Plan, name: string): Chip {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  const count = plan.target.length;
  const read = <T>(tensor: string, type: new (length: number) => T): T | undefined => {
    const found = tensors[tensor];
    if (!found) return undefined;
    if (found.data.length !== count) {
      throw new InputError(
        `${name}: '${tensor}' must have one entry for each of the plan's ${count} cells, got ${found.data.length}.`,
      );
    }
    if (!(found.data instanceof type))
      throw new InputError(`${name}: '${tensor}' must be ${type.name}, got ${found.dtype}.`);
    return found.data as T;
  };
  const programmed = read('programmed', Float32Array);
  if (!programmed)
    throw new InputError(`${name}: the tensor 'programmed' with every cell's conductance in S is missing.`);
  const bad = programmed.findIndex(g => !Number.isFinite(g) || g < 0);
  if (bad >= 0)
    throw new InputError(
      `${name}: 'programmed' must be conductances of 0 or more, got ${programmed[bad]} at cell ${bad}.`,
    );
  const finite = (tensor: string): Float32Array | undefined => {
    const found = read(tensor, Float32Array);
    const bad = found?.findIndex(value => !Number.isFinite(value)) ?? -1;
    if (bad >= 0) throw new InputError(`${name}: '${tensor}' must be finite, got ${found![bad]} at cell ${bad}.`);
    return found;
  };
  const fault = read('fault', Int8Array) ?? new Int8Array(count);
  const unknown = fault.findIndex(code => code < -1 || code > 1);
  if (unknown >= 0)
    throw new InputError(
      `${name}: 'fault' must be −1 (stuck low), 0 or 1 (stuck high), got ${fault[unknown]} at cell ${unknown}.`,
    );
  const cells: Cells = {
    target: plan.target,
    programmed,
    undershoot: finite('undershoot'),
    driftExponent: finite('driftExponent'),
    relaxation: finite('relaxation'),
    fault,
    pulses: read('pulses', Uint16Array) ?? new Uint16Array(count).fill(1),
  };
  const words = metadata.format === format ? metadata.key?.split(' ').map(Number) : undefined;
  return {
    plan,
    cells,
    measured: metadata.format !== format,
    ...(words && { key: { word0: words[0]!, word1: words[1]! } }),
  };
}

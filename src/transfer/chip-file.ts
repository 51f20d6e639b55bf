import { InputError, insist } from '../base/index.ts';
import { decodeSafetensors, encodeSafetensors, type NdArray, ndArray, type Safetensors } from '../data/index.ts';
import type { CellReads, Cells } from '../device/index.ts';
import type { Chip } from './chip.ts';
import type { Plan } from './plan.ts';

const format = 'posterohm-chip';

/**
 * The chip as safetensors, one entry per cell in the plan's order: target and programmed conductance (S), what programming cut
 * off at 0 (S), drift exponent and relaxation draw where the device has them, fault (1 stuck high, −1 stuck low, 2 open) and
 * pulses used. Of a real chip `reads` [times, cells] (S) and `times` (s) as well.
 */
export function encodeChip({ cells: { reads, ...cells }, plan, key }: Chip): Uint8Array {
  const tensors: Record<string, NdArray> = {};
  for (const [name, data] of Object.entries(cells)) {
    if (ArrayBuffer.isView(data)) tensors[name] = ndArray([cells.target.length], data as Float32Array);
  }
  if (reads) {
    const all = new Float32Array(reads.times.length * cells.target.length);
    for (const [i, one] of reads.conductance.entries()) all.set(one, i * cells.target.length);
    tensors.reads = ndArray([reads.times.length, cells.target.length], all);
    tensors.times = ndArray([reads.times.length], Float64Array.from(reads.times));
  }
  return encodeSafetensors(tensors, {
    format,
    device: plan.device,
    method: plan.method,
    ...(key && { key: `${key.word0} ${key.word1}` }),
  });
}

/** Reads a chip back, simulated or real, and refuses a real one whose cells are not those of the plan. */
export function decodeChip(bytes: Uint8Array, plan: Plan, name: string): Chip {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  insist(metadata.format === format, {
    file: name,
    path: [],
    rule: 'is not a chip that posterohm wrote',
    hint: 'bring conductances of a real array with posterohm import chip',
  });
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
  const need = <T>(tensor: string, type: new (length: number) => T): T => {
    const found = read(tensor, type);
    if (found) return found;
    throw new InputError(`${name}: the tensor '${tensor}' is missing; make or import the chip again.`);
  };
  const finite = (tensor: string): Float32Array | undefined => {
    const found = read(tensor, Float32Array);
    for (let i = 0; found && i < count; i++) {
      if (Number.isFinite(found[i]!)) continue;
      throw new InputError(`${name}: '${tensor}' must be finite, got ${found[i]} at cell ${i}.`);
    }
    return found;
  };
  const programmed = need('programmed', Float32Array);
  for (let i = 0; i < count; i++) {
    if (Number.isFinite(programmed[i]!) && programmed[i]! >= 0) continue;
    throw new InputError(`${name}: 'programmed' must be conductances of 0 or more, got ${programmed[i]} at cell ${i}.`);
  }
  const fault = need('fault', Int8Array);
  for (let i = 0; i < count; i++) {
    if (fault[i]! >= -1 && fault[i]! <= 2) continue;
    throw new InputError(
      `${name}: 'fault' must be −1 (stuck low), 0, 1 (stuck high) or 2 (open), got ${fault[i]} at cell ${i}.`,
    );
  }
  const target = need('target', Float32Array);
  if (tensors.reads) {
    const other = target.findIndex((value, i) => value !== plan.target[i]);
    insist(other < 0, {
      file: name,
      path: ['target'],
      rule: `must be that of the run's plan, got ${target[other]} S where the plan has ${plan.target[other]} S at cell ${other}`,
      hint: 'the plan has changed since: program and import the chip again',
    });
  }
  const cells: Cells = {
    target: plan.target,
    programmed,
    ...(tensors.reads && { reads: readsOf(tensors, count, name) }),
    undershoot: finite('undershoot'),
    driftExponent: finite('driftExponent'),
    relaxation: finite('relaxation'),
    fault,
    pulses: need('pulses', Uint16Array),
  };
  const words = metadata.key?.split(' ').map(Number);
  return { plan, cells, ...(words && { key: { word0: words[0]!, word1: words[1]! } }) };
}

function readsOf({ reads, times }: Safetensors['tensors'], count: number, name: string): CellReads {
  const all = reads!.data;
  if (
    !(all instanceof Float32Array) ||
    !(times?.data instanceof Float64Array) ||
    all.length !== times.data.length * count
  )
    throw new InputError(`${name}: 'reads' and 'times' must be single and double precision, one row of cells a time.`);
  const bad = all.findIndex(g => !Number.isFinite(g) || g < 0);
  if (bad >= 0) throw new InputError(`${name}: 'reads' must be conductances of 0 or more, got ${all[bad]}.`);
  const from = Array.from(times.data);
  if (!from.every((time, i) => time >= 0 && time > (from[i - 1] ?? -1)))
    throw new InputError(`${name}: 'times' must be 0 s or later and ascend.`);
  return { times: from, conductance: from.map((_, i) => all.subarray(i * count, (i + 1) * count)) };
}

import { type Checkpoint, InputError } from '../base/index.ts';
import { decodeSafetensors, encodeSafetensors, ndArray } from '../data/index.ts';
import { type LearningCurve, noCurve } from './learning-curve.ts';
import type { Snapshot } from './method.ts';

/** Least time between two saves of work under way, ms. */
export const saveInterval = 10_000;

/** A place from which work under way can be taken up: its next step, its state and the losses seen so far. */
export interface Place {
  readonly step: number;
  readonly snapshot: Snapshot;
  readonly curve?: LearningCurve;
}

const format = 'posterohm-checkpoint';

/** A place as a safetensors file: arrays as its tensors, numbers exactly as texts in its metadata. */
export function encodePlace({ step, snapshot: { arrays, numbers }, curve = noCurve }: Place): Uint8Array {
  const tensors = Object.fromEntries(
    Object.entries(arrays).map(([name, data]) => [name, ndArray([data.length], data)]),
  );
  const texts = Object.entries(numbers).map(([name, value]) => [name, Object.is(value, -0) ? '-0' : `${value}`]);
  return encodeSafetensors(tensors, {
    format,
    step: `${step}`,
    numbers: JSON.stringify(Object.fromEntries(texts)),
    curve: JSON.stringify(curve),
  });
}

/** The opposite of `encodePlace`; `name` is for errors. */
export function decodePlace(bytes: Uint8Array, name: string): Place {
  return wholeOr(name, () => {
    const { tensors, metadata } = decodeSafetensors(bytes, name);
    if (metadata.format !== format) throw new Error('another format');
    const numbers = JSON.parse(metadata.numbers!) as Record<string, string>;
    return {
      step: Number(metadata.step),
      snapshot: {
        arrays: Object.fromEntries(
          Object.entries(tensors).map(([key, { data }]) => [key, data as Float32Array | Float64Array]),
        ),
        numbers: Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value)])),
      },
      curve: JSON.parse(metadata.curve!) as LearningCurve,
    };
  });
}

/** The place that a checkpoint has kept, if any. */
export async function loadPlace(checkpoint: Checkpoint | undefined): Promise<Place | undefined> {
  const bytes = await checkpoint?.load();
  return bytes && decodePlace(bytes, nameOf(checkpoint!));
}

/** What to call a checkpoint in messages. */
export const nameOf = ({ name = 'memory' }: Checkpoint): string => name;

/** Reads a checkpoint, or says that it is damaged. */
export function wholeOr<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new InputError(`${name}: is no whole checkpoint; delete it to train from the beginning.`);
  }
}

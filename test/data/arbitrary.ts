import fc from 'fast-check';
import { expect } from 'vitest';
import { InputError } from '../../src/base/index.ts';
import { elements } from '../../src/data/formats/index.ts';
import { type NdArray, ndArray } from '../../src/data/index.ts';

const shape = fc.array(fc.nat(4), { maxLength: 3 });

/** Arrays of every element type and of shapes with up to three axes, empty ones included. */
export const arrays: fc.Arbitrary<NdArray> = shape.chain(shape => {
  const exactly = { minLength: elements(shape), maxLength: elements(shape) };
  return fc
    .oneof(
      fc.float32Array(exactly),
      fc.float64Array(exactly),
      fc.int8Array(exactly),
      fc.int16Array(exactly),
      fc.int32Array(exactly),
      fc.bigInt64Array(exactly),
      fc.uint8Array(exactly),
      fc.uint16Array(exactly),
      fc.uint32Array(exactly),
      fc.bigUint64Array(exactly),
    )
    .map(data => ndArray(shape, data));
});

export const namedArrays = fc.dictionary(fc.stringMatching(/^[a-z0-9._ é]{1,8}$/), arrays, { maxKeys: 5 });

/** Bytes with a few of them changed, cut off or appended. */
export function mutated(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const position = fc.nat(Math.max(0, bytes.length - 1));
  return fc.oneof(
    fc.array(fc.tuple(position, fc.nat(255)), { minLength: 1, maxLength: 8 }).map(changes => {
      const copy = bytes.slice();
      for (const [at, value] of changes) copy[at] = value;
      return copy;
    }),
    position.map(length => bytes.slice(0, length)),
    fc.uint8Array({ minLength: 1, maxLength: 16 }).map(more => Uint8Array.from([...bytes, ...more])),
    fc.uint8Array({ maxLength: 64 }),
  );
}

/** Runs a reader; passes where it returns or throws an InputError of one sentence that names the file. */
export async function readsOrRefuses(read: () => unknown, name: string): Promise<void> {
  try {
    await read();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { faults, message } = error as InputError;
    const lines = message.split('\n');
    expect(lines).toHaveLength(faults.length);
    for (const line of lines) expect(line).toContain(name);
  }
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from '../../src/studio/wire.ts';

const back = (value: unknown) => unpack(pack(value).buffer);

test('answers come back as they were sent, arrays of numbers bit by bit', () => {
  const value = {
    text: 'größer',
    list: [1, null, { f: Float32Array.of(1, Number.NaN, -0), none: new Float64Array() }],
    bytes: Uint8Array.of(1, 2, 255),
    whole: Int32Array.of(-5, 7),
    wide: Float64Array.of(Math.PI, Number.POSITIVE_INFINITY),
  };
  expect(back(value)).toEqual(value);
});

test('any JSON beside any arrays comes back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.float({ noNaN: false })), fc.array(fc.nat(255)), (json, floats, bytes) => {
      const value = [json, Float32Array.from(floats), Uint8Array.from(bytes), Float64Array.from(floats)];
      const plain = JSON.parse(JSON.stringify(json));
      expect(back(value)).toEqual([plain, ...value.slice(1)]);
    }),
  );
});

test('what looks like a place of an array is what it is', () => {
  for (const value of [{ $: [] }, { $: ['f32', 0, 1] }, '\u0001f32 0 0', '\u0001', '\u0001\u0001', ['$']]) {
    expect(back([value, Float32Array.of(1)])).toEqual([value, Float32Array.of(1)]);
  }
});

test('an array of another kind is our own fault', () => {
  expect(() => pack({ a: new BigInt64Array(1) })).toThrow('internal:');
});

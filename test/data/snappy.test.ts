import fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { expect, it } from 'vitest';
import { compressSnappy } from '../../src/data/formats/snappy.ts';
import { expandSnappy } from '../../src/data/formats/snappy-reader.ts';

/** What comes back, the same by an independent reader. */
const roundTrip = (bytes: Uint8Array): Uint8Array => {
  const out = new Uint8Array(bytes.length);
  const packed = compressSnappy(bytes);
  snappyUncompress(packed, out);
  expect(expandSnappy(packed, bytes.length)).toEqual(out);
  return out;
};

it('gives back any bytes, wherever they begin', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 60 })), { maxLength: 6 }),
      fc.integer({ min: 0, max: 3 }),
      (runs, shift) => {
        const all = Uint8Array.from(
          runs.flatMap(([run, times]) => Array.from({ length: times }, () => [...run]).flat()),
        );
        const moved = new Uint8Array(all.length + shift).subarray(shift);
        moved.set(all);
        expect(roundTrip(moved)).toEqual(all);
      },
    ),
  );
});

it('gives back stretches longer than its window, and makes runs small', () => {
  const numbers = Uint32Array.from({ length: 50_000 }, (_, i) => (i < 25_000 ? i >> 12 : Math.imul(i, 2_654_435_761)));
  const bytes = new Uint8Array(numbers.buffer);
  expect(roundTrip(bytes)).toEqual(bytes);
  expect(compressSnappy(bytes.subarray(0, 100_000)).length).toBeLessThan(100_000 / 18);
});

it('reads every kind of step, by hand from the description of the format', () => {
  const text = 'abcdabcdabcdabcd';
  // Length 16; a literal of 4; a copy of 4, offset 4 (one byte), of 5, offset 8 (two bytes), of 3, offset 4 (four bytes).
  const packed = [16, 3 << 2, 97, 98, 99, 100, 1, 4, (4 << 2) | 2, 8, 0, (2 << 2) | 3, 4, 0, 0, 0];
  expect(new TextDecoder().decode(expandSnappy(Uint8Array.from(packed), 16))).toBe(text);
  // A literal whose length takes one byte, and a copy that overlaps what it makes.
  const long = [70, 60 << 2, 61, ...new Array<number>(62).fill(7), (7 << 2) | 2, 1, 0];
  expect(expandSnappy(Uint8Array.from(long), 70)).toEqual(new Uint8Array(70).fill(7));
});

it.each([
  ['another length', [5, 0, 1]],
  ['a literal longer than the input', [4, 63 << 2, 255, 255, 255, 255]],
  ['a literal longer than the output', [1, 3 << 2, 1, 2, 3, 4]],
  ['a copy from before the start', [4, 0, 1, 1, 9]],
  ['a copy of offset 0', [4, 0, 1, 1, 0]],
  ['an end too early', [4, 0, 1]],
  ['a length without end', [255, 255, 255, 255, 255, 255]],
  ['nothing', []],
])('refuses %s', (_, packed) => {
  expect(() => expandSnappy(Uint8Array.from(packed), packed[0] === 5 ? 4 : (packed[0] ?? 4))).toThrow(
    'a page of snappy is damaged',
  );
});

it('of damaged bytes, makes what was asked for or refuses them', () => {
  const bytes = compressSnappy(new Uint8Array(4000).map((_, i) => i >> 5));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const changed = bytes.slice();
      changed[at] = value;
      try {
        expect(expandSnappy(changed, 4000).length).toBe(4000);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

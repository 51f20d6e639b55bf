import fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { expect, it } from 'vitest';
import { compressSnappy } from '../../src/data/formats/snappy.ts';

const roundTrip = (bytes: Uint8Array): Uint8Array => {
  const out = new Uint8Array(bytes.length);
  snappyUncompress(compressSnappy(bytes), out);
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

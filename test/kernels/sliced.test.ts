import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kernels, reference } from '../../src/kernels/index.ts';
import { onCompiled } from './backends.ts';

const shapes = fc
  .record({
    m: fc.integer({ min: 1, max: 40 }),
    n: fc.integer({ min: 1, max: 140 }),
    k: fc.integer({ min: 1, max: 150 }),
    bits: fc.integer({ min: 1, max: 6 }),
    twosComplement: fc.boolean(),
    slices: fc.integer({ min: 1, max: 3 }),
    sliceBits: fc.integer({ min: 1, max: 3 }),
    tileRows: fc.integer({ min: 1, max: 160 }),
  })
  .chain(shape => fc.record({ shape: fc.constant(shape), seed: fc.integer({ min: 0, max: 1e6 }) }));

const operands = (
  {
    m,
    n,
    k,
    bits,
    slices,
    sliceBits,
  }: { m: number; n: number; k: number; bits: number; slices: number; sliceBits: number },
  seed: number,
) => {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const x = Uint32Array.from({ length: m * k }, () => next(2 ** bits));
  const w = Int32Array.from({ length: slices * k * n }, () => next(2 ** (sliceBits + 1) - 1) - 2 ** sliceBits + 1);
  return { x, w };
};

/** Levels that change no sum. */
const faithful = (largest: number) => Float32Array.from({ length: 2 * largest + 3 }, (_, i) => i - largest - 1);

const suite = (kernels: Kernels) => () => {
  it('is the integer product where the converter changes nothing', () => {
    fc.assert(
      fc.property(shapes, ({ shape, seed }) => {
        const { m, n, k, bits, twosComplement, slices, sliceBits, tileRows } = shape;
        const { x, w } = operands(shape, seed);
        const largest = Math.min(k, tileRows) * (2 ** sliceBits - 1);
        const y = new Float32Array(m * n).fill(7);
        expect(kernels.slicedProduct(y, x, w, faithful(largest), -largest - 1, shape)).toBe(0);
        let wrong = 0;
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let r = 0; r < k; r++) {
              let code = x[i * k + r]!;
              if (twosComplement && code >= 2 ** (bits - 1)) code -= 2 ** bits;
              for (let s = 0; s < slices; s++) sum += code * w[(s * k + r) * n + j]! * 2 ** (s * sliceBits);
            }
            if (y[i * n + j] !== sum) wrong++;
          }
        }
        expect(wrong).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('converts every partial sum and counts those at the ends', () => {
    // One bit, one slice, tiles of two rows: sums 3 and −1, then 1 and 2.
    const shape = { m: 1, n: 2, k: 4, bits: 1, twosComplement: false, slices: 1, sliceBits: 1, tileRows: 2 };
    const x = Uint32Array.of(1, 1, 0, 1);
    const w = Int32Array.of(1, 0, 2, -1, 5, 5, 1, 2);
    const y = new Float32Array(2);
    const ends = kernels.slicedProduct(y, x, w, Float32Array.of(-10, 0.5, 1.5, 20), 0, shape);
    expect([...y]).toEqual([20 + 0.5, -10 + 1.5]);
    expect(ends).toBe(2);
  });
};

describe('sliced product, reference', suite(reference));
onCompiled('sliced product', fast => {
  suite(fast)();

  it('agrees with the reference', () => {
    fc.assert(
      fc.property(shapes, ({ shape, seed }) => {
        const { x, w } = operands(shape, seed);
        const levels = Float32Array.from({ length: 41 }, (_, i) => Math.fround((i - 20) * 0.37));
        const [a, b] = [new Float32Array(shape.m * shape.n), new Float32Array(shape.m * shape.n)];
        const ends = reference.slicedProduct(a, x, w, levels, -20, shape);
        expect(fast.slicedProduct(b, x, w, levels, -20, shape)).toBe(ends);
        const most = a.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
        expect(a.every((value, i) => Math.abs(value - b[i]!) <= 1e-5 * most)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

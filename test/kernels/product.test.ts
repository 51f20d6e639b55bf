import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Activation, Floats } from '../../src/kernels/index.ts';
import type { ProductShape } from '../../src/kernels/kernels.ts';
import { loadWasm } from '../../src/kernels/wasm/kernels.ts';
import { native, numbers, onCompiled, onEach, precisions, sameBits } from './backends.ts';

/** The definition: a plain triple loop in double precision. */
function naive(cFloats: Floats, aFloats: Floats, bFloats: Floats, shape: ProductShape): Float64Array {
  const [a, b, c] = [aFloats, bFloats, cFloats].map(x => Float64Array.from(x)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const { m, n, k, batch = 1 } = shape;
  const [rowOfA, stepOfA] = shape.transposeA ? [1, m] : [k, 1];
  const [columnOfB, stepOfB] = shape.transposeB ? [k, 1] : [1, n];
  const out = new Float64Array(batch * m * n);
  for (let s = 0; s < batch; s++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        const left = (shape.sharedA ? 0 : s * m * k) + i * rowOfA;
        const right = (shape.sharedB ? 0 : s * k * n) + j * columnOfB;
        let total = shape.accumulate ? c[s * m * n + i * n + j]! : 0;
        for (let l = 0; l < k; l++) total += a[left + l * stepOfA]! * b[right + l * stepOfB]!;
        out[s * m * n + i * n + j] = total;
      }
  return out;
}

function expectClose(actual: Floats, expected: ArrayLike<number>, tolerance: number): void {
  let worst = 0;
  for (let i = 0; i < expected.length; i++) worst = Math.max(worst, Math.abs(actual[i]! - expected[i]!));
  expect(worst).toBeLessThanOrEqual(tolerance);
}

const flags = {
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  sharedA: fc.boolean(),
  sharedB: fc.boolean(),
  accumulate: fc.boolean(),
};

const smallShape = fc.record({
  m: fc.integer({ min: 1, max: 40 }),
  n: fc.integer({ min: 1, max: 70 }),
  k: fc.integer({ min: 0, max: 40 }),
  batch: fc.integer({ min: 1, max: 4 }),
  ...flags,
});

// Sizes around the blocks of the packed path: 14 and 6 rows, 32 columns, 168 rows, 256 of k.
const largeShape = fc.record({
  m: fc.integer({ min: 100, max: 360 }),
  n: fc.integer({ min: 60, max: 150 }),
  k: fc.integer({ min: 200, max: 300 }),
  ...flags,
});

onEach('product', (kernels, precision) => {
  // Each entry is a sum of k products of numbers below 1.
  const tolerance = (k: number) => 2 * (k + 2) * precision.epsilon;

  function check(shape: ProductShape, seed: number): void {
    const { m, n, k, batch = 1 } = shape;
    const a = numbers(precision, m * k * (shape.sharedA ? 1 : batch), seed);
    const b = numbers(precision, k * n * (shape.sharedB ? 1 : batch), seed + 1);
    const c = numbers(precision, m * n * batch, seed + 2);
    const expected = naive(c, a, b, shape);
    kernels.product(c, a, b, shape);
    expectClose(c, expected, tolerance(k));
  }

  test('equals the plain sum for any small shape and flags', () => {
    fc.assert(
      fc.property(smallShape, fc.nat(1000), (shape, seed) => check(shape, seed)),
      { numRuns: 150 },
    );
  });

  test('equals the plain sum for shapes beyond one block', () => {
    fc.assert(
      fc.property(largeShape, fc.nat(1000), (shape, seed) => check(shape, seed)),
      { numRuns: 4 },
    );
  });

  test.each([
    [1100, 5, 3, 1],
    [3, 1100, 5, 1],
    [5, 3, 2100, 1],
    [20, 30, 20, 150],
    [2, 1030, 3, 3],
  ])('equals the plain sum for long and thin shapes: %i by %i by %i, %i times', (m, n, k, batch) => {
    for (const accumulate of [false, true]) {
      check({ m, n, k, batch, accumulate }, 1);
      check({ m, n, k, batch, accumulate, transposeA: true, transposeB: true, sharedB: true }, 2);
      check({ m, n, k, batch, accumulate, sharedA: true }, 3);
    }
  });

  test('leaves what lies around C alone', () => {
    const c = precision.make(7 * 5 + 2).fill(9);
    const a = numbers(precision, 7 * 3, 1);
    const b = numbers(precision, 3 * 5, 2);
    kernels.product(c.subarray(1, 36), a, b, { m: 7, n: 5, k: 3 });
    expect([c[0], c[36]]).toEqual([9, 9]);
  });

  test.each<Activation>(['linear', 'relu', 'tanh', 'hardtanh'])(
    'affine with %s is product, bias and activation',
    kind => {
      const f = { linear: (x: number) => x, relu: (x: number) => Math.max(x, 0), tanh: Math.tanh, hardtanh }[kind];
      for (const [m, n, k] of [
        [256, 16, 2],
        [256, 2, 16],
        [33, 70, 30],
        [1, 1, 5],
        [180, 80, 270],
      ] as const) {
        const x = numbers(precision, m * k, 1);
        const w = numbers(precision, k * n, 2);
        const bias = numbers(precision, n, 3);
        for (const added of [bias, null]) {
          const y = precision.make(m * n);
          kernels.affine(y, x, w, added, m, n, k, kind);
          const plain = naive(y, x, w, { m, n, k });
          const expected = plain.map((value, i) => f(value + (added ? added[i % n]! : 0)));
          expectClose(y, expected, tolerance(k) + 4 * precision.epsilon);
        }
      }
    },
  );
});

function hardtanh(x: number): number {
  return Math.min(1, Math.max(-1, x));
}

onCompiled('affine maps of many columns', fast => {
  test.each(precisions)('have bias and activation in every block, in $name precision', precision => {
    const [m, n, k] = [3, 2053, 4];
    const [x, w, bias] = [m * k, k * n, n].map((count, i) => numbers(precision, count, i)) as [Floats, Floats, Floats];
    const y = precision.make(m * n);
    fast.affine(y, x, w, bias, m, n, k, 'hardtanh');
    const plain = naive(y, x, w, { m, n, k });
    expectClose(
      y,
      plain.map((value, i) => hardtanh(value + bias[i % n]!)),
      20 * precision.epsilon,
    );
  });
});

describe('products in WebAssembly', () => {
  test('sum over k in order, products rounded and then added, as on every machine', () => {
    // (1 + 2^-12)² is 1 + 2^-11 once it is rounded; fused with the sum, 2^-24 more would be left.
    const c = new Float32Array(1);
    const [a, b] = [Float32Array.of(1, 1 + 2 ** -12), Float32Array.of(-1, 1 + 2 ** -12)];
    loadWasm()!.product(c, a, b, { m: 1, n: 1, k: 2 });
    expect(c[0]).toBe(2 ** -11);
  });
});

describe.skipIf(!native)('native products', () => {
  test.each(precisions)('have the same bits on one and two threads, in $name precision', precision => {
    const kernels = native!;
    const shapes: ProductShape[] = [
      { m: 300, n: 200, k: 310 },
      { m: 300, n: 200, k: 310, transposeA: true, transposeB: true, accumulate: true },
      { m: 70, n: 64, k: 33, batch: 20, sharedA: true },
      { m: 70, n: 64, k: 33, batch: 20, sharedB: true },
    ];
    for (const shape of shapes) {
      const batch = shape.batch ?? 1;
      const a = numbers(precision, shape.m * shape.k * batch, 1);
      const b = numbers(precision, shape.k * shape.n * batch, 2);
      const results = [1, 2, 5].map(threads => {
        const c = numbers(precision, shape.m * shape.n * batch, 3);
        kernels.setThreads(threads);
        kernels.product(c, a, b, shape);
        return c;
      });
      expect(results.every(c => sameBits(c, results[0]!))).toBe(true);
    }
  });

  test('sum over k in order: each entry is a chain of fused multiply-adds', () => {
    // 2^-30 vanishes beside 1 unless the sum begins with it; (1 + 2^-12)² needs the fused rounding.
    const kernels = native!;
    const a = new Float32Array([1 + 2 ** -12, 1]);
    const b = new Float32Array([1 + 2 ** -12, -1]);
    const c = new Float32Array(1);
    kernels.product(c, a, b, { m: 1, n: 1, k: 2 });
    expect(c[0]).toBe(Math.fround(Math.fround((1 + 2 ** -12) ** 2) - 1));
  });

  test('refuse arrays that are too short or of mixed precision', () => {
    const kernels = native!;
    const short = new Float64Array(3);
    const four = new Float64Array(4);
    const shape = { m: 2, n: 2, k: 2 };
    expect(() => kernels.product(short, four, four, shape)).toThrow(/^internal: .*shorter/);
    expect(() => kernels.product(four, short, four, shape)).toThrow(/^internal: .*shorter/);
    expect(() => kernels.product(four, four, short, shape)).toThrow(/^internal: .*shorter/);
    expect(() => kernels.product(four, four, new Float32Array(4), shape)).toThrow(/^internal: .*types/);
    expect(() => kernels.product(four, four, four, { m: 2, n: 2, k: -1 })).toThrow(/^internal: .*size/);
    expect(() => kernels.product(four, four, four, { m: 2 ** 40, n: 2 ** 40, k: 2 })).toThrow(/^internal: .*large/);
  });
});

onEach('products of parts', (kernels, precision) => {
  test('have the bits of the whole, whatever rows and matrices are computed together', () => {
    // Depths around and beyond the blocks that k is cut into; few and many rows take different ways.
    for (const [m, n, k, batch] of [
      [37, 40, 300, 3],
      [200, 33, 17, 2],
      [64, 300, 256, 1],
      [5, 8, 700, 4],
    ] as const) {
      const [a, b] = [numbers(precision, batch * m * k, 1), numbers(precision, batch * k * n, 2)];
      const whole = precision.make(batch * m * n);
      kernels.product(whole, a, b, { m, n, k, batch });
      for (const [s, from, rows] of [
        [batch - 1, 0, 1],
        [0, m - 3, 3],
        [batch - 1, 2, Math.floor(m / 2)],
      ] as const) {
        const part = precision.make(rows * n);
        const at = (s * m + from) * k;
        const matrix = b.subarray(s * k * n, (s + 1) * k * n);
        kernels.product(part, a.subarray(at, at + rows * k), matrix, { m: rows, n, k });
        const expected = whole.subarray((s * m + from) * n, (s * m + from + rows) * n);
        expect(sameBits(part, expected)).toBe(true);
        const twice = precision.make(2 * rows * n);
        kernels.product(twice, a.subarray(at, at + rows * k), precision.make([...matrix, ...matrix]), {
          m: rows,
          n,
          k,
          batch: 2,
          sharedA: true,
        });
        expect(sameBits(twice.subarray(rows * n), expected)).toBe(true);
      }
    }
  });
});

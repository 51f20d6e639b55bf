import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bf16Shape, type Kernels, reference } from '../../src/kernels/index.ts';
import { numbers, onCompiled, precisions, sameBits } from './backends.ts';

const single = precisions[0]!;
const singles = (count: number, seed: number) => numbers(single, count, seed) as Float32Array;

/** One number rounded as a product with 1. */
function rounded(kernels: Kernels, values: readonly number[]): number[] {
  const c = new Float32Array(values.length);
  kernels.productBf16(c, Float32Array.from(values), Float32Array.of(1), { m: values.length, n: 1, k: 1 });
  return Array.from(c);
}

/** The plain sum of the products of given operands in double precision, and that of their magnitudes. */
function sums(a: Float32Array, b: Float32Array, { m, n, k, batch = 1, sharedA, sharedB }: Bf16Shape) {
  const total = new Float64Array(batch * m * n);
  const size = new Float64Array(total.length);
  for (let at = 0; at < total.length; at++) {
    const [s, i, j] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
    for (let l = 0; l < k; l++) {
      const term = a[(sharedA ? 0 : s * m * k) + i * k + l]! * b[(sharedB ? 0 : s * k * n) + l * n + j]!;
      total[at]! += term;
      size[at]! += Math.abs(term);
    }
  }
  return { total, size };
}

/** What a sum of k terms in single precision is off by at most, as a share of the sum of magnitudes. */
const summation = ({ k }: Bf16Shape) => 2 * (k + 2) * 2 ** -24;

function expectWithin(c: Float32Array, total: Float64Array, size: Float64Array, share: number): void {
  let beyond = 0;
  for (let i = 0; i < c.length; i++) if (!(Math.abs(c[i]! - total[i]!) <= share * size[i]!)) beyond++;
  expect(beyond).toBe(0);
}

const smallShape = fc.record({
  m: fc.integer({ min: 1, max: 70 }),
  n: fc.integer({ min: 1, max: 70 }),
  k: fc.integer({ min: 0, max: 70 }),
  batch: fc.integer({ min: 1, max: 4 }),
  sharedA: fc.boolean(),
  sharedB: fc.boolean(),
});

const suite = (kernels: Kernels) => {
  function operands({ m, n, k, batch = 1, sharedA, sharedB }: Bf16Shape, seed: number) {
    return [singles(m * k * (sharedA ? 1 : batch), seed), singles(k * n * (sharedB ? 1 : batch), seed + 1)] as const;
  }

  /** Rounding puts each operand off by 2⁻⁸ of itself at most, so that each term is off by 2⁻⁷ + 2⁻¹⁶ of itself. */
  function keepsTheBound(shape: Bf16Shape, seed: number): void {
    const [a, b] = operands(shape, seed);
    const c = new Float32Array((shape.batch ?? 1) * shape.m * shape.n).fill(7);
    kernels.productBf16(c, a, b, shape);
    const { total, size } = sums(a, b, shape);
    expectWithin(c, total, size, 2 ** -7 + 2 ** -16 + summation(shape));
  }

  test('rounds to the nearest number of eight bits, ties to even', () => {
    const step = 2 ** -7;
    expect(rounded(kernels, [1, 1 + step, 1 + 0.4 * step, 1 + 0.6 * step, 1 + 0.5 * step, 1 + 1.5 * step])).toEqual([
      1,
      1 + step,
      1,
      1 + step,
      1,
      1 + 2 * step,
    ]);
    expect(rounded(kernels, [-1 - 0.5 * step, -1 - 1.5 * step, 2 - 2 ** -20, 3.4e38, 0])).toEqual([
      -1,
      -1 - 2 * step,
      2,
      Number.POSITIVE_INFINITY,
      0,
    ]);
    // torch.tensor([3.14159265, 1e-5, 65535.]).bfloat16() → 3.140625, 1.0014e-05 (0x3728), 65536
    expect(rounded(kernels, [Math.PI, 1e-5, 65535])).toEqual([3.140625, 168 * 2 ** -24, 65536]);
  });

  test('passes on what is not a number', () => {
    expect(rounded(kernels, [Number.NaN, Number.NEGATIVE_INFINITY])).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
  });

  test('is the sum of products of rounded operands, for any shape and shared operands', () => {
    fc.assert(
      fc.property(smallShape, fc.nat(1000), (shape, seed) => {
        const operandsRounded = operands(shape, seed).map(x => Float32Array.from(rounded(reference, [...x])));
        const [a, b] = operandsRounded as [Float32Array, Float32Array];
        const c = new Float32Array(shape.batch * shape.m * shape.n).fill(7);
        kernels.productBf16(c, ...operands(shape, seed), shape);
        const { total, size } = sums(a, b, shape);
        expectWithin(c, total, size, summation(shape));
      }),
      { numRuns: 100 },
    );
  });

  test('is off by at most 2⁻⁷ + 2⁻¹⁶ of every term', () => {
    fc.assert(
      fc.property(smallShape, fc.nat(1000), (shape, seed) => keepsTheBound(shape, seed)),
      { numRuns: 30 },
    );
    keepsTheBound({ m: 200, n: 150, k: 300 }, 3);
    keepsTheBound({ m: 3, n: 40, k: 33, batch: 90 }, 4);
  });

  test('leaves what lies around C alone', () => {
    const c = new Float32Array(7 * 35 + 2).fill(9);
    kernels.productBf16(c.subarray(1, 7 * 35 + 1), singles(7 * 3, 1), singles(3 * 35, 2), { m: 7, n: 35, k: 3 });
    expect([c[0], c.at(-1)]).toEqual([9, 9]);
    expect(c.subarray(1, -1)).not.toContain(9);
  });
};

describe('productBf16, reference', () => suite(reference));
onCompiled('productBf16', kernels => {
  suite(kernels);

  test('has the same bits on any number of threads', () => {
    const shape = { m: 300, n: 200, k: 310 };
    const [a, b] = [singles(shape.m * shape.k, 1), singles(shape.k * shape.n, 2)];
    const results = [1, 2, 5].map(threads => {
      kernels.setThreads(threads);
      const c = new Float32Array(shape.m * shape.n);
      kernels.productBf16(c, a, b, shape);
      return c;
    });
    kernels.setThreads(2);
    for (const c of results) expect(sameBits(c, results[0]!)).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Floats, philox, type RowNumbers, reference } from '../../src/kernels/index.ts';
import { native, numbers, onCompiled, onEach, precisions, sameBits } from './backends.ts';

const shape = fc.record({
  rows: fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 9 }),
  first: fc.nat(100_000),
  outer: fc.integer({ min: 1, max: 4 }),
  firstPlane: fc.nat(3000),
  planes: fc.integer({ min: 1, max: 3 }),
  columns: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 600 })),
});
const streams = ({ rows, ...rest }: { rows: number[] } & Omit<RowNumbers, 'numbers'>): RowNumbers => ({
  ...rest,
  numbers: Uint32Array.from(rows),
});
const sizeOf = ({ numbers, outer, planes = 1, columns }: RowNumbers) => numbers.length * outer * planes * columns;

onEach('numbers of rows', (kernels, { name, make }) => {
  const perBlock = name === 'single' ? 4 : 2;
  const fill = (law: 'uniformRows' | 'normalRows', rows: RowNumbers) => {
    const out = make(sizeOf(rows));
    kernels[law](out, 7, 8, rows);
    return out;
  };

  it('are those of the block (column, plane, 1 + row, outer), which flat streams and keys never meet', () => {
    const words = new Uint32Array(4);
    const rows = { numbers: Uint32Array.of(5, 0), first: 11, outer: 2, firstPlane: 3, planes: 2, columns: 7 };
    const u = fill('uniformRows', rows);
    let at = 0;
    for (let s = 0; s < 2; s++) {
      for (const row of rows.numbers) {
        for (let p = 0; p < 2; p++) {
          for (let j = 0; j < 7; j++) {
            philox(words, 0, Math.floor(j / perBlock), 3 + p, 1 + row, 11 + s, 7, 8);
            const i = j % perBlock;
            const expected =
              name === 'single'
                ? ((words[i]! >>> 9) + 0.5) * 2 ** -23
                : ((words[2 * i]! >>> 6) * 2 ** 26 + (words[2 * i + 1]! >>> 6) + 0.5) * 2 ** -52;
            expect(u[at++]).toBe(expected);
          }
        }
      }
    }
  });

  it('are Box–Muller on the uniforms of the same columns', () => {
    const rows = { numbers: Uint32Array.from({ length: 30 }, (_, i) => i * i), outer: 3, columns: 64 };
    const [u, z] = [fill('uniformRows', rows), fill('normalRows', rows)];
    let worst = 0;
    for (let i = 0; i < u.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(u[i]!));
      worst = Math.max(worst, Math.abs(z[i]! - radius * Math.cos(2 * Math.PI * u[i + 1]!)));
      worst = Math.max(worst, Math.abs(z[i + 1]! - radius * Math.sin(2 * Math.PI * u[i + 1]!)));
    }
    expect(worst).toBeLessThan(name === 'single' ? 1e-6 : 1e-14);
  });

  it.each(['uniformRows', 'normalRows'] as const)('of %s do not depend on what else is filled', law => {
    fc.assert(
      fc.property(shape, given => {
        const rows = streams(given);
        const { numbers, first = 0, outer, firstPlane = 0, planes = 1, columns } = rows;
        const whole = fill(law, rows);
        const [s, r, p] = [outer - 1, numbers.length - 1, planes - 1];
        const width = Math.ceil(columns / 2);
        const alone = {
          numbers: numbers.slice(r),
          first: first + s,
          outer: 1,
          firstPlane: firstPlane + p,
          columns: width,
        };
        const from = ((s * numbers.length + r) * planes + p) * columns;
        expect(sameBits(fill(law, alone), whole.slice(from, from + width))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('lie planes innermost and apart where asked to, and leave what is between', () => {
    fc.assert(
      fc.property(shape, fc.nat(5), (given, gap) => {
        const rows = streams(given);
        const { numbers, outer, planes = 1, columns } = rows;
        const plain = fill('normalRows', rows);
        const own = numbers.length * planes * columns;
        const stride = own + gap;
        const out = make(outer * stride).fill(9);
        kernels.normalRows(out, 7, 8, rows, { interleaved: true, stride });
        for (let s = 0; s < outer; s++) {
          for (let i = 0; i < own; i++) {
            const [p, j, r] = [i % planes, Math.floor(i / planes) % columns, Math.floor(i / planes / columns)];
            if (out[s * stride + i] !== plain[s * own + (r * planes + p) * columns + j]) return false;
          }
          for (let i = own; i < stride; i++) if (out[s * stride + i] !== 9) return false;
        }
        return true;
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['uniformRows', 'uniformAt'],
    ['normalRows', 'normalAt'],
  ] as const)('of %s are those of %s at single addresses', (law, at) => {
    const rows = { numbers: Uint32Array.of(4, 0, 77), first: 3, outer: 5, firstPlane: 1, planes: 2, columns: 13 };
    const whole = fill(law, rows);
    const addresses: number[] = [];
    const expected: number[] = [];
    // Scattered over the elements: 37 and the number of them have no common divisor.
    for (let i = 0; i < whole.length; i++) {
      const e = (i * 37) % whole.length;
      expected.push(whole[e]!);
      const line = Math.floor(e / 13);
      const row = Math.floor(line / 2);
      addresses.push(e % 13, 1 + (line % 2), rows.numbers[row % 3]!, 3 + Math.floor(row / 3));
    }
    const out = make(whole.length);
    kernels[at](out, 7, 8, Uint32Array.from(addresses));
    expect(sameBits(out, make(expected))).toBe(true);
  });

  it('make noise of repeated means and variances, in place too', () => {
    const rows = { numbers: Uint32Array.of(9, 2, 5, 1), first: 2, outer: 6, planes: 2, columns: 5 };
    const length = sizeOf(rows);
    const z = fill('normalRows', rows);
    for (const [means, variances] of [
      [length, length],
      [40, 40],
      [length, 5],
      [40, 1],
    ] as const) {
      const x = numbers({ name, make, epsilon: 0 }, means, 1);
      const variance = numbers({ name, make, epsilon: 0 }, variances, 2).map(v => v * v) as Floats;
      const y = make(length);
      kernels.addNoiseRows(y, x, variance, 7, 8, rows);
      let worst = 0;
      for (let i = 0; i < length; i++) {
        worst = Math.max(worst, Math.abs(y[i]! - (x[i % means]! + Math.sqrt(variance[i % variances]!) * z[i]!)));
      }
      expect(worst).toBeLessThan(name === 'single' ? 1e-6 : 1e-14);
      if (means !== length) continue;
      kernels.addNoiseRows(x, x, variance, 7, 8, rows);
      expect(sameBits(x, y)).toBe(true);
    }
  });

  it('have the same bits on any number of threads', () => {
    const rows = { numbers: Uint32Array.from({ length: 700 }, (_, i) => i), outer: 5, columns: 21 };
    const run = (threads: number) => {
      kernels.setThreads(threads);
      const z = fill('normalRows', rows);
      kernels.addNoiseRows(z, z, make(21).fill(0.3), 1, 2, rows);
      return z;
    };
    const one = run(1);
    expect(sameBits(run(3), one)).toBe(true);
    kernels.setThreads(2);
  });
});

onEach('driveTiles', (kernels, precision) => {
  it('quantises inputs and lays them tile after tile, the bias line last', () => {
    fc.assert(
      fc.property(
        fc.nat(7),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        fc.boolean(),
        (m, n, height, bias, ideal) => {
          const x = numbers(precision, m * n, 3);
          const [step, low, high] = ideal
            ? [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
            : [0.125, -0.75, 0.75];
          const q = precision.make(m * n);
          const beyond = kernels.quantise(q, x, step, low, high);
          const lines = n + (bias ? 1 : 0);
          const edges = Array.from({ length: Math.ceil(lines / height) + 1 }, (_, t) => Math.min(lines, t * height));
          const y = precision.make(m * lines).fill(9);
          expect(kernels.driveTiles(y, x, m, n, Int32Array.from(edges), step, low, high)).toBe(beyond);
          for (let t = 0; t + 1 < edges.length; t++) {
            const [r0, k] = [edges[t]!, edges[t + 1]! - edges[t]!];
            for (let i = 0; i < m; i++) {
              for (let r = 0; r < k; r++) {
                expect(y[m * r0 + i * k + r]).toBe(r0 + r === n ? 1 : q[i * n + r0 + r]);
              }
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

onCompiled('compiled numbers of rows', fast => {
  it('have the bits of the reference for uniforms, and its normals to rounding', () => {
    const rows = { numbers: Uint32Array.from({ length: 40 }, (_, i) => 3 * i), outer: 4, planes: 3, columns: 11 };
    for (const { name, make } of precisions) {
      const [a, b] = [make(sizeOf(rows)), make(sizeOf(rows))];
      fast.uniformRows(a, 1, 2, rows, { interleaved: true });
      reference.uniformRows(b, 1, 2, rows, { interleaved: true });
      expect(sameBits(a, b)).toBe(true);
      fast.normalRows(a, 1, 2, rows);
      reference.normalRows(b, 1, 2, rows);
      let worst = 0;
      for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
      expect(worst).toBeLessThan(name === 'single' ? 1e-6 : 1e-13);
    }
  });
});

describe.skipIf(!native)('native numbers of rows', () => {
  it('refuse shapes that lead outside their arrays', () => {
    const out = new Float32Array(24);
    const rows = { numbers: Uint32Array.of(1, 2), outer: 3, columns: 4 };
    expect(() => native!.normalRows(out, 1, 2, rows)).not.toThrow();
    expect(() => native!.normalRows(out, 1, 2, { ...rows, outer: 4 })).toThrow(/^internal: .*shorter/);
    expect(() => native!.normalRows(out, 1, 2, rows, { stride: 9 })).toThrow(/^internal: .*shorter/);
    expect(() => native!.normalRows(out, 1, 2, rows, { stride: 7 })).toThrow(/^internal: .*overlap/);
    expect(() => native!.addNoiseRows(out, out, new Float32Array(5), 1, 2, rows)).toThrow(/^internal: .*divide/);
    expect(() => native!.normalAt(out, 1, 2, new Uint32Array(95))).toThrow(/^internal: .*shorter/);
    const edges = Int32Array.of(0, 3, 2);
    expect(() => native!.driveTiles(out, new Float32Array(4), 2, 2, edges, 0, -1, 1)).toThrow(/^internal: .*ascend/);
  });
});

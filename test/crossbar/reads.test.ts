import { describe, expect, it } from 'vitest';
import { forwardCopies } from '../../src/crossbar/forward.ts';
import { readRepeatedly, tileBoundaries } from '../../src/crossbar/index.ts';
import { readCellByCell } from '../../src/crossbar/reads.ts';
import { fillNormal, fillUniform, keyOf } from '../../src/random/index.ts';

const rows = 12;
const outputs = 5;
const x = fillNormal(keyOf(1), new Float64Array(2 * rows));
const weights = fillNormal(keyOf(2), new Float64Array(rows * outputs));
const variance = fillUniform(keyOf(3), new Float64Array(rows * outputs));

const exact = (n: number, j: number, power: 1 | 2) => {
  let sum = 0;
  for (let r = 0; r < rows; r++)
    sum += x[n * rows + r]! ** power * (power === 1 ? weights : variance)[r * outputs + j]!;
  return sum;
};
const moments = (values: ArrayLike<number>) => {
  let mean = 0;
  let square = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  for (let i = 0; i < values.length; i++) square += (values[i]! - mean) ** 2 / (values.length - 1);
  return { mean, variance: square };
};
/** Values of output j of vector n over reads. */
const series = (out: Float64Array, n: number, j: number) =>
  Float64Array.from({ length: out.length / (2 * outputs) }, (_, r) => out[(r * 2 + n) * outputs + j]!);

describe('read noise', () => {
  const reads = 40_000;
  const atOutput = new Float64Array(reads * 2 * outputs);
  readRepeatedly(keyOf(4), atOutput, x, weights, variance, { reads, count: 2, rows, outputs });

  it('has the mean and variance of independent cells', () => {
    for (const [n, j] of [
      [0, 0],
      [1, 4],
    ] as const) {
      const found = moments(series(atOutput, n, j));
      expect(Math.abs(found.variance / exact(n, j, 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / reads));
      expect(Math.abs(found.mean - exact(n, j, 1))).toBeLessThan(4 * Math.sqrt(exact(n, j, 2) / reads));
    }
  });

  it('has the law of cells drawn one by one (Kolmogorov-Smirnov)', () => {
    const count = 4000;
    const cellwise = new Float64Array(count * outputs);
    const repeated = Float64Array.from({ length: count * rows }, (_, i) => x[i % rows]!);
    readCellByCell(keyOf(5), cellwise, repeated, weights, variance, { count, rows, outputs, shape: 'normal' });
    const a = Float64Array.from({ length: count }, (_, n) => cellwise[n * outputs + 2]!).sort();
    const b = series(atOutput, 0, 2).subarray(0, count).slice().sort();
    let distance = 0;
    for (let i = 0, j = 0; i < count; i++) {
      while (j < count && b[j]! <= a[i]!) j++;
      distance = Math.max(distance, Math.abs((i + 1 - j) / count));
    }
    // Critical value of the two-sample statistic at a level of 0.001: 1.95 √(2/n).
    expect(distance).toBeLessThan(1.95 * Math.sqrt(2 / count));
  });

  it('keeps the moments for Laplace cells', () => {
    const count = 40_000;
    const out = new Float64Array(count);
    const one = { count, rows: 1, outputs: 1, shape: 'laplace' } as const;
    readCellByCell(keyOf(6), out, new Float64Array(count).fill(2), Float64Array.of(3), Float64Array.of(0.25), one);
    const found = moments(out);
    expect(Math.abs(found.mean - 6)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(found.variance - 1)).toBeLessThan(4 * Math.sqrt(5 / count));
    let fourth = 0;
    for (let i = 0; i < count; i++) fourth += (out[i]! - 6) ** 4 / count;
    expect(fourth).toBeGreaterThan(5);
  });

  it('remembers as the correlation says', () => {
    const reads = 24;
    const count = 4000;
    const many = Float64Array.from({ length: count * rows }, (_, i) => x[i % rows]!);
    const out = new Float64Array(reads * count * outputs);
    const correlation = (lag: number) => 0.8 * Math.exp(-lag / 6);
    readRepeatedly(keyOf(7), out, many, weights, variance, { reads, count, rows, outputs, correlation });
    const at = (r: number, i: number) => out[r * count * outputs + i]! - exact(0, i % outputs, 1);
    for (const [r, q] of [
      [0, 1],
      [3, 10],
      [23, 5],
      [7, 7],
    ] as const) {
      let shared = 0;
      for (let i = 0; i < count * outputs; i++) shared += (at(r, i) * at(q, i)) / exact(0, i % outputs, 2);
      shared /= count * outputs;
      expect(Math.abs(shared - (r === q ? 1 : correlation(Math.abs(r - q))))).toBeLessThan(0.03);
    }
  });

  it('passes the converter', () => {
    const out = new Float64Array(100 * 2 * outputs);
    const output = { bits: 3, low: -1, high: 1 };
    const saturated = readRepeatedly(keyOf(8), out, x, weights, variance, {
      reads: 100,
      count: 2,
      rows,
      outputs,
      output,
    });
    expect(saturated).toBeGreaterThan(100);
    expect(new Set([...out].map(v => v.toFixed(6))).size).toBeLessThanOrEqual(7);
  });

  it('acts on every tile of a forward pass, whatever the pieces', () => {
    const copies = 3;
    const count = 20_000;
    const drive = {
      copies,
      count,
      inputs: rows - 1,
      outputs,
      bias: true,
      shared: true,
      boundaries: tileBoundaries(rows, 5),
    };
    const inputs = Float64Array.from({ length: count * (rows - 1) }, (_, i) => x[i % (rows - 1)]!);
    const w = fillNormal(keyOf(9), new Float64Array(copies * rows * outputs));
    const v = fillUniform(keyOf(10), new Float64Array(copies * rows * outputs));
    const out = new Float64Array(copies * count * outputs);
    const readNoise = { key: keyOf(11), variance: v };
    forwardCopies(out, inputs, w, { ...drive, readNoise });
    const clean = new Float64Array(out.length);
    forwardCopies(clean, inputs, w, drive);
    for (let s = 0; s < copies; s++) {
      let wanted = 0;
      for (let r = 0; r < rows; r++) wanted += (r === rows - 1 ? 1 : x[r]! ** 2) * v[(s * rows + r) * outputs + 1]!;
      const noise = Float64Array.from({ length: count }, (_, n) => {
        const at = (s * count + n) * outputs + 1;
        return out[at]! - clean[at]!;
      });
      expect(Math.abs(moments(noise).variance / wanted - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    }
    const few = new Float64Array(outputs * 100);
    const one = {
      ...drive,
      copies: 1,
      count: 100,
      readNoise: { key: keyOf(11), variance: v.slice(0, rows * outputs) },
    };
    forwardCopies(few, inputs.subarray(0, 100 * (rows - 1)), w.subarray(0, rows * outputs), one);
    expect(moments(few).variance).toBeGreaterThan(0);
  });
});

import { describe, expect, it } from 'vitest';
import { forwardCopies } from '../../src/crossbar/forward.ts';
import {
  calibrateConverters,
  effectiveCells,
  effectiveMatrix,
  place,
  tileBoundaries,
} from '../../src/crossbar/index.ts';
import { fillNormal, fillUniform, keyOf } from '../../src/random/index.ts';
import { furthest } from '../kernels/backends.ts';

const [copies, count, inputs, outputs] = [2, 4000, 6, 3];
const drive = { copies, count, inputs, outputs, bias: false, shared: true, boundaries: tileBoundaries(inputs, 4) };
const x = fillUniform(keyOf(1), new Float64Array(count * inputs));
// Columns of very different size.
const weights = fillNormal(keyOf(2), new Float64Array(copies * inputs * outputs)).map(
  (w, i) => w * 10 ** (i % outputs),
);
const run = (change: object) => {
  const out = new Float64Array(copies * count * outputs);
  return { out, saturation: forwardCopies(out, x, weights, { ...drive, ...change }) };
};
const clean = run({}).out;

describe('converters of columns', () => {
  it('have ranges of their own where calibrated so', () => {
    const out = new Float64Array(copies * count * outputs);
    const worst = (perColumn: boolean) => {
      const found = calibrateConverters(out, x, weights, drive, { inputBits: null, outputBits: 6, perColumn });
      const { out: again, saturation } = run(found);
      expect(again).toEqual(out);
      expect(saturation.outputs).toBe(0);
      let error = 0;
      for (let i = 0; i < out.length; i += outputs) error = Math.max(error, Math.abs(out[i]! - clean[i]!));
      return error;
    };
    expect(worst(true)).toBeLessThan(worst(false) / 5);
  });

  it('put gain error, offset and noise on every partial sum', () => {
    const columns = { gainError: Float64Array.of(0.1, 0, -0.2), offset: Float64Array.of(0, 0.5, 1) };
    const { out } = run({ columns });
    const expected = clean.map((value, i) => value * [1.1, 1, 0.8][i % outputs]! + 2 * [0, 0.5, 1][i % outputs]!);
    expect(furthest(out, expected)).toBeLessThan(5e-10);
    const noisy = run({ columns: { noise: { key: keyOf(3), std: 0.3 } } }).out;
    const variance = noisy.reduce((sum, value, i) => sum + (value - clean[i]!) ** 2, 0) / noisy.length;
    expect(Math.abs(variance / (2 * 0.09) - 1)).toBeLessThan(4 * Math.sqrt(2 / noisy.length));
  });

  it('take the noise of a conversion as a share of each column’s range', () => {
    const range = Float64Array.of(1, 10, 100);
    const output = { bits: 20, low: -9, high: 9 };
    const { out } = run({ output, columns: { range, noise: { key: keyOf(3), std: 0.02 } } });
    for (let j = 0; j < outputs; j++) {
      const errors = Array.from(out, (value, i) => value - clean[i]!).filter((_, i) => i % outputs === j);
      const variance = errors.reduce((sum, e) => sum + e ** 2, 0) / errors.length;
      expect(Math.abs(variance / (2 * (0.02 * range[j]!) ** 2) - 1)).toBeLessThan(0.1);
    }
  });

  it('are refused without a range', () => {
    expect(() => run({ output: { bits: 8, low: Number.NEGATIVE_INFINITY, high: 1 } })).toThrow(
      'hardware.output: a converter',
    );
  });
});

describe('effectiveCells', () => {
  it.each(['rows', 'tiles'] as const)('reads each cell of layout %s through the wires of its array', layout => {
    const matrices = [
      { rows: 5, columns: 3, copies: 4, cellsPerWeight: 2 },
      { rows: 4, columns: 2, copies: 4, cellsPerWeight: 2 },
    ];
    const placement = place(matrices, { rows: 8, columns: 10 }, layout);
    const cells = fillUniform(keyOf(5), new Float64Array(placement.cells)).map(u => 1e-5 + 1e-4 * u);
    const wires = { rowResistance: 20, columnResistance: 30, sourceResistance: 50 };
    const out = effectiveCells(placement, cells, wires, 1e-6);
    const at = {
      array: new Int32Array(placement.cells),
      row: new Int32Array(placement.cells),
      column: new Int32Array(placement.cells),
    };
    placement.cellAddress(at);
    expect(placement.arrays).toBeGreaterThan(1);
    for (let a = 0; a < placement.arrays; a++) {
      const grid = new Float64Array(80).fill(1e-6);
      for (let i = 0; i < placement.cells; i++)
        if (at.array[i] === a) grid[at.row[i]! * 10 + at.column[i]!] = cells[i]!;
      const wanted = effectiveMatrix({ ...wires, rows: 8, columns: 10, conductance: grid });
      for (let i = 0; i < placement.cells; i++) {
        if (at.array[i] === a) expect(out[i]! / wanted[at.row[i]! * 10 + at.column[i]!]!).toBeCloseTo(1, 6);
      }
    }
    const ideal = effectiveCells(placement, cells, { rowResistance: 0, columnResistance: 0 });
    for (let i = 0; i < cells.length; i++) expect(ideal[i]! / cells[i]!).toBeCloseTo(1, 6);
    const near = effectiveCells(placement, cells, { ...wires, solution: 'approximate' }, 1e-6);
    for (let i = 0; i < cells.length; i++) expect(Math.abs(near[i]! / out[i]! - 1)).toBeLessThan(0.05);
  });

  it('cuts off the cells of word lines that are not open, so that wires take less', () => {
    const shapes = [
      { rows: 5, columns: 3, copies: 2, cellsPerWeight: 2 },
      { rows: 2, columns: 2, copies: 1, cellsPerWeight: 1 },
    ];
    const placement = place(shapes, { rows: 8, columns: 12 }, 'tiles');
    expect(placement.arrays).toBe(1);
    const cells = fillUniform(keyOf(6), new Float64Array(placement.cells)).map(u => 1e-5 + 1e-4 * u);
    const wires = { rowResistance: 20, columnResistance: 30 };
    const [all, most, two] = [undefined, 8, 2].map(rowsPerConversion =>
      effectiveCells(placement, cells, { ...wires, rowsPerConversion }, 1e-6),
    );
    expect(most).toEqual(all);
    const numbers = () => new Int32Array(placement.cells);
    const at = { array: numbers(), row: numbers(), column: numbers() };
    placement.cellAddress(at);
    const full = new Float64Array(96).fill(1e-6);
    for (let i = 0; i < cells.length; i++) full[at.row[i]! * 12 + at.column[i]!] = cells[i]!;
    // Five lines in steps of two, and two more below them in one.
    for (const open of [[0, 1], [2, 3], [4], [5, 6]]) {
      const conductance = full.map((cell, i) => (open.includes(Math.floor(i / 12)) ? cell : 0));
      const wanted = effectiveMatrix({ ...wires, rows: 8, columns: 12, conductance });
      for (let i = 0; i < cells.length; i++) {
        if (!open.includes(at.row[i]!)) continue;
        expect(two![i]! / wanted[at.row[i]! * 12 + at.column[i]!]!).toBeCloseTo(1, 6);
        expect(two![i]!).toBeGreaterThan(all![i]!);
      }
    }
    const near = effectiveCells(placement, cells, { ...wires, solution: 'approximate', rowsPerConversion: 2 }, 1e-6);
    for (let i = 0; i < cells.length; i++) expect(Math.abs(near[i]! / two![i]! - 1)).toBeLessThan(0.01);
  });
});

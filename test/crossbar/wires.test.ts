import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approximateEffectiveMatrix, type CrossbarNetwork, effectiveMatrix } from '../../src/crossbar/index.ts';
import { nodalCurrents } from './support/nodal.ts';

const read = (m: Float64Array, v: readonly number[]) => {
  const columns = m.length / v.length;
  return Array.from({ length: columns }, (_, j) => v.reduce((sum, vi, i) => sum + vi * m[i * columns + j]!, 0));
};
const near = (found: ArrayLike<number>, wanted: ArrayLike<number>, relative: number) => {
  expect(found.length).toBe(wanted.length);
  const size = Math.max(...Array.from(wanted, Math.abs));
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThanOrEqual(relative * size);
};

const check5x4: CrossbarNetwork = {
  rows: 5,
  columns: 4,
  conductance: Float64Array.from({ length: 20 }, (_, i) => 1 / (10 * (i + 1))),
  rowResistance: 1,
  columnResistance: 2,
};

const arrays = fc
  .record({ rows: fc.integer({ min: 1, max: 11 }), columns: fc.integer({ min: 1, max: 11 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      conductance: fc
        .array(fc.double({ min: -7, max: -3, noNaN: true }), { minLength: rows * columns, maxLength: rows * columns })
        .map(list => Float64Array.from(list, x => (x > -3.3 ? 0 : 10 ** x))),
      rowResistance: fc.double({ min: 0.5, max: 100, noNaN: true }),
      columnResistance: fc.double({ min: 0.5, max: 100, noNaN: true }),
      sourceResistance: fc.constantFrom(0, 100),
      senseResistance: fc.constantFrom(0, 50),
      contactResistance: fc.constantFrom(0, 500),
      drive: fc.constantFrom('left', 'both' as const),
      sense: fc.constantFrom('bottom', 'both' as const),
    }),
  ) as fc.Arbitrary<CrossbarNetwork>;

describe('effective matrix', () => {
  it('agrees with a nodal solution', () => {
    // NumPy: np.linalg.solve of Kirchhoff's law at all 40 nodes; voltages @ (1/R) without wires.
    // R rows 10, 20, …, 200 Ω row-major 5×4, word segment 1 Ω, bit segment 2 Ω.
    const m = effectiveMatrix(check5x4);
    near(
      read(m, [0, 1, 2, 3, 4]),
      [0.060570196651101416, 0.059327610716747844, 0.05634873882925334, 0.05335235457510154],
      1e-14,
    );
    near(
      read(m, [3, 2, -1, 2, 3]),
      [0.15274675287437675, 0.10872370543516569, 0.08719952841122902, 0.07446608444256336],
      1e-14,
    );
    const ideal = effectiveMatrix({ ...check5x4, rowResistance: 0, columnResistance: 0 });
    near(
      read(ideal, [0, 1, 2, 3, 4]),
      [0.08882855706385118, 0.08031746031746032, 0.07352016404647983, 0.06791666666666667],
      1e-15,
    );
    expect(ideal).toEqual(check5x4.conductance);
  });

  it('agrees with a nodal solution of a 64×64 array', () => {
    const n = 64;
    const conductance = Float64Array.from({ length: n * n }, (_, c) => {
      const [i, j] = [Math.floor(c / n), c % n];
      return 1e-6 * (1 + (99 * ((7 * i + 13 * j) % 17)) / 16);
    });
    const m = effectiveMatrix({ rows: n, columns: n, conductance, rowResistance: 1, columnResistance: 1 });
    const currents = read(
      m,
      Array.from({ length: n }, (_, i) => (0.2 * ((5 * i) % 8)) / 7),
    );
    // SciPy: spsolve of Kirchhoff's law at all 8192 nodes.
    const found = [currents[0]!, currents[31]!, currents[63]!, currents.reduce((a, b) => a + b)];
    const wanted = [0.00030161088900181266, 0.0002761729499668486, 0.0002788240664520489, 0.018145768559660463];
    for (let k = 0; k < 4; k++) expect(Math.abs(found[k]! / wanted[k]! - 1)).toBeLessThan(1e-12);
  });

  it('is the closed form of a uniform ladder, whichever line is ideal', () => {
    const [n, g, r, v] = [128, 1e-4, 1, 0.2];
    const theta = 2 * Math.asinh(Math.sqrt(g * r) / 2);
    const wanted = (v * g * Math.sinh(n * theta)) / (2 * Math.sinh(theta / 2) * Math.cosh((n + 0.5) * theta));
    expect(wanted).toBeCloseTo(0.0017056414000878658, 17);
    const column = {
      rows: n,
      columns: 1,
      conductance: new Float64Array(n).fill(g),
      rowResistance: 0,
      columnResistance: r,
    };
    const sum = (m: Float64Array) => m.reduce((a, b) => a + b) * v;
    expect(Math.abs(sum(effectiveMatrix(column)) / wanted - 1)).toBeLessThan(1e-13);
    const row = { ...column, rows: 1, columns: n, rowResistance: r, columnResistance: 0 };
    expect(Math.abs(sum(effectiveMatrix(row)) / wanted - 1)).toBeLessThan(1e-13);
  });

  it('agrees with plain nodal analysis in every topology', () => {
    fc.assert(
      fc.property(arrays, network => {
        const m = effectiveMatrix(network);
        const drivers = Array.from({ length: network.rows }, (_, i) => Math.sin(3 * i + 1));
        const wanted = nodalCurrents(network, drivers, new Array(network.columns).fill(0)).slice(network.rows);
        near(read(m, drivers), wanted, 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('is reciprocal: an array turned over by its diagonal has the transposed matrix', () => {
    fc.assert(
      fc.property(arrays, network => {
        const { rows, columns } = network;
        const turned = new Float64Array(rows * columns);
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++)
            turned[(columns - 1 - j) * rows + (rows - 1 - i)] = network.conductance[i * columns + j]!;
        const other = effectiveMatrix({
          ...network,
          rows: columns,
          columns: rows,
          conductance: turned,
          rowResistance: network.columnResistance,
          columnResistance: network.rowResistance,
          sourceResistance: network.senseResistance,
          senseResistance: network.sourceResistance,
          drive: network.sense === 'both' ? 'both' : 'left',
          sense: network.drive === 'both' ? 'both' : 'bottom',
        });
        const m = effectiveMatrix(network);
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++) {
            const mirror = other[(columns - 1 - j) * rows + (rows - 1 - i)]!;
            expect(Math.abs(m[i * columns + j]! - mirror)).toBeLessThanOrEqual(1e-12 * mirror);
          }
      }),
      { numRuns: 40 },
    );
  });

  it('bears wires from far below to far above the cells', () => {
    for (const r of [1e-12, 1e-3, 1e3, 1e9]) {
      const m = effectiveMatrix({ ...check5x4, rowResistance: r, columnResistance: r });
      const ideal = check5x4.conductance;
      for (let i = 0; i < m.length; i++) {
        expect(m[i]).toBeGreaterThan(0);
        expect(m[i]).toBeLessThanOrEqual(ideal[i]! * (1 + 1e-12));
        if (r === 1e-12) expect(m[i]! / ideal[i]!).toBeCloseTo(1, 9);
      }
    }
  });

  it('leaves cells without conductance out', () => {
    const conductance = check5x4.conductance.slice();
    for (let i = 0; i < 5; i++) conductance[i * 4 + 2] = 0;
    const m = effectiveMatrix({ ...check5x4, conductance });
    for (let i = 0; i < 5; i++) expect(m[i * 4 + 2]).toBe(0);
    expect(m[0]).toBeGreaterThan(0);
  });

  it('refuses shapes and numbers that make no network', () => {
    const bad = (change: Partial<CrossbarNetwork>) => () => effectiveMatrix({ ...check5x4, ...change });
    expect(bad({ rows: 6 })).toThrow('crossbar.conductance: must have 6×4 = 24 entries, got 20.');
    expect(bad({ rowResistance: -1 })).toThrow(
      'crossbar.rowResistance: must be a finite resistance of at least 0 Ω, got -1.',
    );
    expect(bad({ conductance: check5x4.conductance.map((g, i) => (i === 5 ? -g : g)) })).toThrow(
      'crossbar.conductance[1][1]',
    );
    expect(bad({ rows: 0, conductance: new Float64Array(0) })).toThrow('at least one row');
  });

  it('is near its closed form where the drop is small, exactly so to first order', () => {
    fc.assert(
      fc.property(arrays, network => {
        const error = (scale: number) => {
          const scaled = {
            ...network,
            contactResistance: 0,
            rowResistance: network.rowResistance * scale,
            columnResistance: network.columnResistance * scale,
            sourceResistance: (network.sourceResistance ?? 0) * scale,
            senseResistance: (network.senseResistance ?? 0) * scale,
          };
          const exact = effectiveMatrix(scaled);
          const near = approximateEffectiveMatrix(scaled);
          const largest = exact.reduce((most, m) => Math.max(most, m), 1e-30);
          return exact.reduce((most, m, i) => Math.max(most, Math.abs(m - near[i]!) / largest), 0);
        };
        const [coarse, fine] = [error(1e-2), error(1e-3)];
        expect(fine).toBeLessThanOrEqual(Math.max(coarse / 30, 1e-11));
      }),
      { numRuns: 30 },
    );
  });
});

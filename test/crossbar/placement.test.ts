import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type HeldMatrix,
  heldCells,
  heldParts,
  type Layout,
  type Placement,
  place,
  tileBoundaries,
} from '../../src/crossbar/index.ts';

const addresses = (p: Placement) => {
  const out = { array: new Int32Array(p.cells), row: new Int32Array(p.cells), column: new Int32Array(p.cells) };
  p.cellAddress(out);
  return out;
};

/** Matrices in as many copies, with as many cells for each weight. */
const held = (shapes: readonly Pick<HeldMatrix, 'rows' | 'columns'>[], copies: number, cellsPerWeight: number) =>
  shapes.map(({ rows, columns }) => ({ rows, columns, copies, cellsPerWeight }));

const heldShapes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 })).chain(([copies, once]) =>
  fc
    .array(
      fc.record({
        rows: fc.integer({ min: 1, max: 20 }),
        columns: fc.integer({ min: 1, max: 12 }),
        cellsPerWeight: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map(list => list.map((m, i): HeldMatrix => ({ ...m, copies: i < once ? 1 : copies }))),
);

const shapes = fc.array(
  fc.record({ rows: fc.integer({ min: 1, max: 40 }), columns: fc.integer({ min: 1, max: 30 }) }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

describe('placement', () => {
  it.each(['rows', 'tiles'] as const)('gives every cell of layout %s its own place inside an array', layout => {
    fc.assert(
      fc.property(
        shapes,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 2, max: 24 }),
        (list, copies, cellsPerWeight, rows, columns) => {
          const p = place(held(list, copies, cellsPerWeight), { rows, columns }, layout);
          const { array, row, column } = addresses(p);
          const seen = new Set<number>();
          for (let i = 0; i < p.cells; i++) {
            if (array[i]! >= p.arrays || row[i]! >= rows || column[i]! >= columns) continue;
            seen.add((array[i]! * rows + row[i]!) * columns + column[i]!);
          }
          expect(seen.size).toBe(p.cells);
          expect(p.utilisation).toBeCloseTo(p.cells / p.devices, 12);
        },
      ),
    );
  });

  it.each(['rows', 'tiles'] as const)('gives matrices of other copies and cells, layout %s, what is theirs', layout => {
    fc.assert(
      fc.property(
        heldShapes,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 4, max: 24 }),
        (list, rows, columns) => {
          const p = place(list, { rows, columns }, layout);
          const { array, row, column } = addresses(p);
          const places = new Set(array.map((a, i) => (a * rows + row[i]!) * columns + column[i]!));
          expect(places.size).toBe(p.cells);
          expect(p.cells).toBe(heldCells(list));
          const parts = heldParts(list);
          list.forEach(({ copies }, m) => {
            expect(parts.filter(({ matrix }) => matrix === m).map(({ copy }) => copy)).toEqual([
              ...Array(copies).keys(),
            ]);
          });
          let next = 0;
          for (const { matrix, cell, cellEnd, weight, weightEnd } of parts) {
            expect(cell).toBe(next);
            expect(cellEnd - cell).toBe((weightEnd - weight) * list[matrix]!.cellsPerWeight);
            next = cellEnd;
          }
          expect(next).toBe(p.cells);
        },
      ),
    );
  });

  it('keeps the cells of a weight side by side and the inputs of a tile on one word line each', () => {
    const p = place(held([{ rows: 5, columns: 7 }], 2, 2), { rows: 3, columns: 6 }, 'tiles');
    const { array, row, column } = addresses(p);
    for (let c = 0; c < 2; c++) {
      for (let r = 0; r < 5; r++) {
        for (let j = 0; j < 7; j++) {
          const i = ((c * 35 + r * 7 + j) * 2) | 0;
          expect([array[i + 1], row[i + 1], column[i + 1]]).toEqual([array[i], row[i], column[i]! + 1]);
          if (j % 3 > 0) expect([array[i], row[i]]).toEqual([array[i - 2], row[i - 2]]);
        }
      }
    }
    expect(p.blocks).toHaveLength(2 * 2 * 3);
  });

  it('fills arrays in reading order, copy after copy', () => {
    const p = place(held([{ rows: 3, columns: 2 }], 4, 2), { rows: 4, columns: 5, count: 3 }, 'rows');
    const { array, row, column } = addresses(p);
    expect(p.arrays).toBe(3);
    for (let i = 0; i < p.cells; i++) expect((array[i]! * 4 + row[i]!) * 5 + column[i]!).toBe(i);
    expect(p.blocks[1]).toMatchObject({ copy: 1, matrix: 0, array: 0, row: 2, column: 2, inputs: 3, outputs: 2 });
  });

  it('fills 16,384 devices with 200 copies of a small network to 98 %', () => {
    const matrices = [
      { rows: 3, columns: 16 },
      { rows: 17, columns: 2 },
    ];
    const p = place(held(matrices, 98, 2), { rows: 128, columns: 128, count: 1 }, 'rows');
    expect(p.utilisation).toBeGreaterThan(0.95);
  });

  it('places thousands of blocks without wasting most of the arrays', () => {
    const matrices = [
      { rows: 3, columns: 16 },
      { rows: 17, columns: 2 },
      { rows: 130, columns: 70 },
    ];
    const p = place(held(matrices, 3000, 2), { rows: 128, columns: 128 }, 'tiles');
    expect(p.blocks).toHaveLength(3000 * (1 + 1 + 4));
    expect(p.utilisation).toBeGreaterThan(0.85);
  });

  it('refuses what does not fit, with the sizes and a way out', () => {
    expect(() => place(held([{ rows: 10, columns: 10 }], 3, 2), { rows: 10, columns: 10, count: 5 }, 'rows')).toThrow(
      'hardware.array: 600 cells (3 copies of 100 weights) need 6 arrays, but there are 10×10×5 cells (5 arrays); use fewer copies, more or larger arrays, or a smaller network.',
    );
    const shape = held([{ rows: 1, columns: 1 }], 1, 2);
    expect(() => place(shape, { rows: 0, columns: 4 }, 'tiles')).toThrow('hardware.array.rows: must be a whole number');
    expect(() => place(shape, { rows: 4, columns: 1 }, 'tiles' as Layout)).toThrow('at least the 2 cells');
  });

  it('states tile boundaries', () => {
    expect([...tileBoundaries(300, 128)]).toEqual([0, 128, 256, 300]);
    expect([...tileBoundaries(128, 128)]).toEqual([0, 128]);
    expect([...tileBoundaries(300, 128, 96)]).toEqual([0, 96, 128, 224, 256, 300]);
    expect([...tileBoundaries(300, 128, 128)]).toEqual([0, 128, 256, 300]);
    expect([...tileBoundaries(40, 128, 16)]).toEqual([0, 16, 32, 40]);
  });
});

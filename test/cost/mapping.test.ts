import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packedTiles } from '../../src/cost/mapping.ts';
import { place } from '../../src/crossbar/index.ts';

const size = fc.integer({ min: 1, max: 80 });

/** Arrays of `tile` that a plan gives to copies of one matrix. */
const planned = (rows: number, columns: number, tile: { rows: number; columns: number }, copies: number): number =>
  place([{ rows, columns, copies, cellsPerWeight: 1 }], tile, 'tiles').arrays;

test('copies that fit into a tile take as many as a plan gives them', () => {
  fc.assert(
    fc.property(size, size, size, size, size, (rows, columns, moreRows, moreColumns, copies) => {
      const matrix = { name: 'w', rows, columns, positions: 1 };
      const tile = { rows: rows + moreRows, columns: columns + moreColumns };
      expect(packedTiles(matrix, tile, 1, copies)).toBe(planned(rows, columns, tile, copies));
    }),
  );
});

test('copies of any size take no fewer than a plan gives them, and hold every cell', () => {
  fc.assert(
    fc.property(size, size, size, size, size, (rows, columns, tileRows, tileColumns, copies) => {
      const matrix = { name: 'w', rows, columns, positions: 1 };
      const tile = { rows: tileRows, columns: tileColumns };
      const own = packedTiles(matrix, tile, 1, copies);
      expect(own).toBeGreaterThanOrEqual(planned(rows, columns, tile, copies));
      expect(own * tileRows * tileColumns).toBeGreaterThanOrEqual(rows * columns * copies);
      expect(packedTiles(matrix, tile, 2, copies)).toBe(
        packedTiles({ ...matrix, columns: 2 * columns }, tile, 1, copies),
      );
    }),
  );
});

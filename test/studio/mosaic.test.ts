import fc from 'fast-check';
import { expect, test } from 'vitest';
import { panelsOf } from '../../src/studio/panels.ts';
import { entryAt, entryOf, mosaicOf, placeOf } from '../../studio/ui/mosaic.ts';

test('panels lie side by side, with a gap, in a picture of the shape that is wanted', () => {
  const panels = panelsOf({ arrays: 4, rows: 50, columns: 100 }, 0);
  const wide = mosaicOf(panels, 4);
  expect(wide.panels.map(({ x, y }) => [x, y])).toEqual([
    [0, 0],
    [112, 0],
    [224, 0],
    [0, 62],
  ]);
  expect([wide.width, wide.height]).toEqual([324, 112]);
  expect(mosaicOf(panels.slice(0, 1), 1)).toMatchObject({ width: 100, height: 50 });
  expect(mosaicOf([], 1).panels).toEqual([]);
});

test('every cell is found where it is shown, by its entry, its place and its lines', () => {
  const sizes = fc.record({ arrays: fc.integer({ min: 1, max: 5 }), rows: fc.nat(9), columns: fc.nat(9) });
  fc.assert(
    fc.property(sizes, fc.double({ min: 0.2, max: 5, noNaN: true }), ({ arrays, rows, columns }, aspect) => {
      const mosaic = mosaicOf(panelsOf({ arrays, rows: rows + 1, columns: columns + 1 }, 0), aspect);
      const cells = arrays * (rows + 1) * (columns + 1);
      const entries = Array.from({ length: cells }, (_, entry) => entry);
      const places = entries.map(entry => placeOf(mosaic, entry));
      expect(places.map(({ array, row, column }) => entryOf(mosaic, array, row, column))).toEqual(entries);
      expect(places.map(({ x, y }) => entryAt(mosaic, x + 0.5, y + 0.5))).toEqual(entries);
    }),
    { numRuns: 40 },
  );
});

test('between panels and outside of them is nothing', () => {
  const mosaic = mosaicOf(panelsOf({ arrays: 3, rows: 10, columns: 10 }, 0), 1);
  expect([mosaic.across, mosaic.pitch]).toEqual([2, [11, 11]]);
  for (const [x, y] of [
    [10.5, 3],
    [3, 10.5],
    [-1, 0],
    [0, -1],
    [22, 0],
    [12, 12],
  ] as const)
    expect(entryAt(mosaic, x, y)).toBeUndefined();
  expect(entryOf(mosaic, 0, 10, 0)).toBeUndefined();
  expect(entryOf(mosaic, 3, 0, 0)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { rowsOf, sampleRows } from '../../src/data/index.ts';

const split = {
  count: 10,
  inputs: Float32Array.from({ length: 20 }, (_, i) => i),
  labels: Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 1),
  targets: new Float32Array(0),
};

test('rows are spaced evenly, so that ordered classes keep their shares', () => {
  expect(sampleRows(split, 4)).toEqual({
    count: 4,
    inputs: Float32Array.of(0, 1, 4, 5, 10, 11, 14, 15),
    labels: Int32Array.of(0, 0, 1, 1),
    targets: new Float32Array(0),
  });
});

test('groups go with their rows, which may be taken twice', () => {
  const groups = Int32Array.from({ length: 10 }, (_, i) => i);
  const found = rowsOf({ ...split, groups }, [9, 2, 2, 0, 1, 3, 4, 5, 6, 7, 8, 9]);
  expect(Array.from(found.groups!)).toEqual([9, 2, 2, 0, 1, 3, 4, 5, 6, 7, 8, 9]);
  expect(Array.from(found.inputs.subarray(0, 6))).toEqual([18, 19, 4, 5, 4, 5]);
  expect(found.count).toBe(12);
});

test('a split that is small enough stays as it is', () => {
  expect(sampleRows(split, 10)).toBe(split);
});

import { describe, expect, test } from 'vitest';
import { encodingOf, readTableColumn } from '../../src/data/columns.ts';
import type { RawSplit } from '../../src/data/raw-split.ts';

/** What the one column of a table becomes, its first rows being those of training. */
function encoded(cells: readonly string[], train: number, text: 'one-hot' | 'ordinal' = 'one-hot') {
  const options = { text, missing: 'impute' } as const;
  const column = readTableColumn('x', cells, String, options);
  const rows = (count: number): RawSplit => ({
    inputs: column.values.slice(0, count),
    targets: new Float32Array(count),
    labels: new Int32Array(count),
    count,
  });
  const { names, apply } = encodingOf([column], options, rows(train));
  const { inputs } = apply(rows(cells.length));
  return { names, rows: cells.map((_, i) => [...inputs.slice(i * names.length, (i + 1) * names.length)]) };
}

describe('what is missing', () => {
  test('is the median of the training rows, of an even number the mean of the middle two', () => {
    const { names, rows } = encoded(['10', '1', '', '4', '2', '', '1000'], 5);
    expect(names).toEqual(['x', 'x missing']);
    expect(rows).toEqual([
      [10, 0],
      [1, 0],
      [3, 1],
      [4, 0],
      [2, 0],
      [3, 1],
      [1000, 0],
    ]);
  });

  test('is the commonest text of the training rows, the first of the equally common', () => {
    const { names, rows } = encoded(['a', 'b', 'c', 'b', '', 'c', 'd'], 5);
    expect(names).toEqual(['x=a', 'x=b', 'x=c', 'x missing']);
    expect(rows[4]).toEqual([0, 1, 0, 1]);
    // A text that training has not is none of them.
    expect(rows[6]).toEqual([0, 0, 0, 0]);
    expect(encoded(['b', 'a', '', 'a', 'b'], 5).rows[2]).toEqual([1, 0, 1]);
  });

  test('has the number of the commonest text, as a text that training has not', () => {
    const { rows } = encoded(['a', 'c', 'c', '', 'b'], 4, 'ordinal');
    expect(rows).toEqual([
      [0, 0],
      [1, 0],
      [1, 0],
      [1, 1],
      [1, 0],
    ]);
  });
});

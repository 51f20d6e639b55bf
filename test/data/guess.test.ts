import { describe, expect, test } from 'vitest';
import { guessTable } from '../../src/data/index.ts';

const guessed = (header: string, count: number, row: (i: number) => string) =>
  guessTable(
    new TextEncoder().encode(`${header}\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`),
    't.csv',
  );

describe('what columns of a table seem to be', () => {
  test('rows of a group, where there are groups enough to divide and rows enough in each', async () => {
    const of = async (groups: number) =>
      (await guessed('device,x,y', 60, i => `d${i % groups},${i * 0.3},${i % 2}`)).group;
    expect([await of(7), await of(8), await of(29), await of(30)]).toEqual([undefined, 'device', 'device', undefined]);
  });

  test('columns without an entry are left out', async () => {
    const { drop, inputs } = await guessed('x,note,y', 40, i => `${i * 0.3},,${i % 2}`);
    expect([drop, inputs]).toEqual([['note'], ['x']]);
  });

  test('whole numbers are classes where each has five rows or more, and there are ten at most', async () => {
    const of = async (count: number, values: number) =>
      (await guessed('x,y', count, i => `${i * 0.3},${i % values}`)).task;
    expect([await of(25, 5), await of(25, 6)]).toEqual(['classification', 'regression']);
    expect([await of(100, 10), await of(100, 11)]).toEqual(['classification', 'regression']);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divide } from '../../src/data/divide.ts';
import { encodeNpz, ndArray } from '../../src/data/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { load } from './files.ts';

/** Groups of these sizes; the input of a row is its number. */
function grouped(sizes: readonly number[]) {
  const groups = Int32Array.from(sizes.flatMap((size, g) => new Array<number>(size).fill(g)));
  const count = groups.length;
  return {
    count,
    task: 'classification' as const,
    inputShape: [1],
    inputNames: ['row'],
    outputNames: ['even', 'odd'],
    groupNames: sizes.map((_, g) => `patient ${g}`),
    groups,
    inputs: Float32Array.from(groups, (_, i) => i),
    labels: Int32Array.from(groups, (_, i) => i % 2),
    targets: new Float32Array(0),
  };
}

const about = { name: 'patients', where: 'table', origin: 'made for this test' };
const shares = {
  train: 0.5,
  validation: 0.25,
  test: 0.25,
  apart: 'groups',
  unseen: [],
  standardise: 'none',
} as const;

test('whole groups are divided: every row once, none of a group on two sides, cuts next to where they should be', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 12, maxLength: 20 }),
      fc.integer(),
      (sizes, seed) => {
        const examples = grouped(sizes);
        const data = divide(keyOf(seed), about, examples, shares);
        const splits = [data.train, data.validation, data.test];
        const rows = splits.flatMap(split => Array.from(split.inputs));
        expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from(examples.inputs));
        for (const { inputs, groups } of splits)
          expect(Array.from(groups!)).toEqual(Array.from(inputs, i => examples.groups[i]!));
        const of = splits.map(split => new Set(split.groups));
        expect(of.reduce((sum, own) => sum + own.size, 0)).toBe(sizes.length);
        expect(Math.abs(data.train.count - 0.5 * examples.count)).toBeLessThanOrEqual(5);
        expect(Math.abs(data.test.count - 0.25 * examples.count)).toBeLessThanOrEqual(5);
      },
    ),
  );
});

test('which groups go where is up to the key', () => {
  const at = (seed: number) =>
    [...new Set(divide(keyOf(seed), about, grouped(new Array(12).fill(4)), shares).test.groups)].join();
  expect(new Set([1, 2, 3, 4, 5].map(at)).size).toBeGreaterThan(1);
});

test('groups too few or too large for a split are refused', () => {
  expect(() => divide(keyOf(1), about, grouped([40, 2]), shares)).toThrow(
    /^data\.apart: table has 2 groups that stay whole, of (40, 2|2, 40) rows, which cannot make splits of about 21, 11, 10 rows; give other shares or more groups\.$/,
  );
});

test('without groups none stays whole', () => {
  const { groups: _, groupNames: __, ...rows } = grouped([9, 9]);
  expect(() => divide(keyOf(1), about, rows, shares)).toThrow(
    'data.apart: groups are to stay whole, and rows have none; say which rows belong together, or leave it out.',
  );
});

test('rows of a class held out keep their groups', () => {
  const labels = Int32Array.from({ length: 24 }, (_, i) => i % 3);
  const examples = { ...grouped([6, 6, 6, 6]), outputNames: ['a', 'b', 'c'], labels };
  const { unseen } = divide(keyOf(1), about, examples, { ...shares, unseen: ['c'] });
  expect(Array.from(unseen!.groups!)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
});

test('tables and archives keep groups whole on request', async () => {
  const table = `who,x,y\n${Array.from({ length: 40 }, (_, i) => `p${i >> 2},${i},${i % 2}`).join('\n')}`;
  const {
    train,
    validation,
    test: rest,
  } = await load({ source: 'csv', path: 't.csv', group: 'who', apart: 'groups' }, { 't.csv': table });
  const of = [train, validation, rest].map(split => new Set(split.groups));
  expect(of.map(groups => groups.size)).toEqual([7, 1, 2]);
  expect(new Set(of.flatMap(groups => [...groups])).size).toBe(10);
  const arrays = {
    x: ndArray([40, 1], new Float32Array(40)),
    y: ndArray(
      [40],
      Int32Array.from({ length: 40 }, (_, i) => i % 2),
    ),
    who: ndArray(
      [40],
      Int32Array.from({ length: 40 }, (_, i) => i >> 2),
    ),
  };
  const archive = await load(
    { source: 'npz', path: 'a.npz', groups: 'who', apart: 'groups' },
    { 'a.npz': encodeNpz(arrays) },
  );
  expect(new Set(archive.test.groups).size).toBe(2);
});

import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { decodeNpz, encodeNpy, encodeNpz, ndArray } from '../../../src/data/index.ts';
import { load } from '../files.ts';

const options = { source: 'npz', path: 'd.npz' };
const x = ndArray(
  [20, 2, 3],
  Float64Array.from({ length: 120 }, (_, i) => Math.sin(i)),
);
const y = ndArray(
  [20],
  BigInt64Array.from({ length: 20 }, (_, i) => BigInt(i % 3)),
);

test('shapes and classes come from the arrays', async () => {
  const data = await load(options, { 'd.npz': encodeNpz({ x, y }) });
  expect(data.inputShape).toEqual([2, 3]);
  expect(data.outputNames).toEqual(['0', '1', '2']);
  expect([data.train.count, data.validation.count, data.test.count]).toEqual([14, 2, 4]);
});

test('test rows of their own that scaling makes infinite are refused too', async () => {
  const far = ndArray(
    [3, 2, 3],
    Float64Array.from({ length: 18 }, (_, i) => (i === 10 ? 1e300 : 0)),
  );
  const arrays = { x, y, far, last: ndArray([3], Int32Array.of(0, 1, 2)) };
  const loading = load({ ...options, testInputs: 'far', testTargets: 'last' }, { 'd.npz': encodeNpz(arrays) });
  await expect(loading).rejects.toThrow("d.npz (test): row 2, 'x4' is 1e+300, which is beyond single precision");
});

test('regression targets are standardised', async () => {
  const targets = ndArray(
    [20, 2],
    Float32Array.from({ length: 40 }, (_, i) => 100 + i),
  );
  const data = await load({ ...options, task: 'regression' }, { 'd.npz': encodeNpz({ x, y: targets }) });
  expect(data.outputNames).toEqual(['y0', 'y1']);
  const first = data.train.targets.filter((_, i) => i % 2 === 0);
  expect(first.reduce((sum, value) => sum + value, 0) / first.length).toBeCloseTo(0, 5);
});

test('groups of rows, and of test rows, by number', async () => {
  const numbered = (...values: number[]) =>
    ndArray(
      [20],
      Float64Array.from({ length: 20 }, (_, i) => values[i % 2]!),
    );
  const arrays = { x, y, z: numbered(7, 5), other: numbered(5, 9) };
  const data = await load(
    { ...options, groups: 'z', testInputs: 'x', testTargets: 'y', testGroups: 'other', train: 0.5, validation: 0.5 },
    { 'd.npz': encodeNpz(arrays) },
  );
  expect(data.groupNames).toEqual(['7', '5', '9']);
  expect(Array.from(data.test.groups!.subarray(0, 4))).toEqual([1, 2, 1, 2]);
  expect(
    [data.train, data.validation]
      .flatMap(({ groups }) => Array.from(groups!))
      .sort()
      .join(''),
  ).toBe(`${'0'.repeat(10)}${'1'.repeat(10)}`);
  expect((await load(options, { 'd.npz': encodeNpz({ x, y }) })).groupNames).toBeUndefined();
});

test.each([
  ['unknown array', { inputs: 'X' }, { x, y }, /d.npz: has no array 'X'; did you mean 'x'/],
  [
    'lengths differ',
    {},
    { x, y: ndArray([19], new Int32Array(19)) },
    /'y' must be \[20\] or \[20, outputs\] to go with 'x', got \[19\]/,
  ],
  ['NaN', {}, { x: ndArray([20, 1], new Float32Array(20).fill(Number.NaN)), y }, /d.npz: row 1, input 1 is NaN/],
  [
    'broken label',
    {},
    { x, y: ndArray([20], new Float32Array(20).fill(0.5)) },
    /'y' row 1: a class label must be a whole number/,
  ],
  [
    'too few groups',
    { groups: 'z' },
    { x, y, z: ndArray([3], new Int32Array(3)) },
    /'z' must be \[20\], a group per row/,
  ],
  ['groups of no test rows', { testGroups: 'y' }, { x, y }, /data.testGroups: goes together with data.testInputs/],
  ['one test array', { testInputs: 'x' }, { x, y }, /goes together with data.testTargets/],
])('refuses: %s', async (_, more, arrays, message) => {
  await expect(load({ ...options, ...more }, { 'd.npz': encodeNpz(arrays) })).rejects.toThrow(message);
});

/** An NPZ archive with an array written as NumPy does, by its `descr`. */
const archive = (descr: string, shape: string, data: Uint8Array): Uint8Array => {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const file = [
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    header.length,
    0,
    ...new TextEncoder().encode(header),
    ...data,
  ];
  return zipSync({ 'x.npy': encodeNpy(x), 'y.npy': Uint8Array.from(file) }, { level: 0 });
};

test.each<[string, Uint8Array]>([
  [
    '[N, 1]',
    encodeNpz({
      x,
      y: ndArray(
        [20, 1],
        Int32Array.from({ length: 20 }, (_, i) => i % 3),
      ),
    }),
  ],
  [
    'one-hot',
    encodeNpz({
      x,
      y: ndArray(
        [20, 3],
        Float32Array.from({ length: 60 }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0)),
      ),
    }),
  ],
  [
    'big-endian',
    archive(
      '>i2',
      '(20,)',
      Uint8Array.from({ length: 40 }, (_, i) => (i % 2 ? ((i - 1) / 2) % 3 : 0)),
    ),
  ],
  // np.array(['0', '1', '2', …]): UTF-32, four bytes a character, padded to two characters
  [
    'texts',
    archive(
      '<U2',
      '(20,)',
      Uint8Array.from({ length: 160 }, (_, i) => (i % 8 === 0 ? 48 + ((i / 8) % 3) : 0)),
    ),
  ],
  [
    'big-endian texts',
    archive(
      '>U1',
      '(20, 1)',
      Uint8Array.from({ length: 80 }, (_, i) => (i % 4 === 3 ? 48 + (((i - 3) / 4) % 3) : 0)),
    ),
  ],
  [
    'texts of bytes',
    archive(
      '|S1',
      '(20,)',
      Uint8Array.from({ length: 20 }, (_, i) => 48 + (i % 3)),
    ),
  ],
])('labels as %s are those as whole numbers', async (_, bytes) => {
  const plain = await load(options, { 'd.npz': encodeNpz({ x, y }) });
  const other = await load(options, { 'd.npz': bytes });
  expect(other.outputNames).toEqual(['0', '1', '2']);
  expect(other.train.labels).toEqual(plain.train.labels);
});

test('big-endian numbers are those of the other order', () => {
  const turned = Uint8Array.from(
    { length: 24 },
    (_, i) => new Uint8Array(Float64Array.of(1.5, -2, 1e300).buffer)[i - (i % 8) + 7 - (i % 8)]!,
  );
  expect(decodeNpz(archive('>f8', '(3,)', turned), 'd.npz').y!.data).toEqual(Float64Array.of(1.5, -2, 1e300));
});

test('rows that are not one-hot, and texts of another number, are refused', async () => {
  const soft = ndArray([20, 2], new Float32Array(40).fill(0.5));
  await expect(load(options, { 'd.npz': encodeNpz({ x, y: soft }) })).rejects.toThrow(
    "d.npz: 'y' row 1: must hold one 1 among zeros, got 0.5, 0.5; for real targets set task: regression.",
  );
  await expect(load(options, { 'd.npz': archive('|S1', '(3,)', Uint8Array.of(48, 49, 50)) })).rejects.toThrow(
    "d.npz: 'y' must be [20], got [3]",
  );
});

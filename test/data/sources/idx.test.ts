import { join } from 'node:path';
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { decodeIdx } from '../../../src/data/formats/index.ts';
import { dataSchema, describeDataset, loadDataset } from '../../../src/data/index.ts';
import { keyOf } from '../../../src/random/index.ts';
import { nodeFiles } from '../../../src/run/files.ts';
import { mutated, readsOrRefuses } from '../arbitrary.ts';
import { idxFile, load } from '../files.ts';

const pixels = Uint8Array.from({ length: 30 * 6 }, (_, i) => (i * 7) % 256);
const images = idxFile([30, 2, 3], pixels);
const labels = idxFile(
  [30],
  Uint8Array.from({ length: 30 }, (_, i) => i % 3),
);
const options = { source: 'idx', images: 'i', labels: 'l' };

describe('IDX', () => {
  test('pixels become 0 … 1, gzipped or not', async () => {
    const plain = await load(options, { i: images, l: labels });
    expect(await load(options, { i: gzipSync(images), l: gzipSync(labels) })).toEqual(plain);
    expect(plain.inputShape).toEqual([6]);
    expect(plain.outputNames).toEqual(['0', '1', '2']);
    for (let row = 0; row < plain.train.count; row++) {
      const first = Math.round(plain.train.inputs[6 * row]! * 255);
      const origin = Array.from({ length: 30 }, (_, i) => i).find(i => pixels[6 * i] === first)!;
      expect(plain.train.labels[row]).toBe(origin % 3);
    }
  });

  test('own test files, image shape, take, unseen', async () => {
    const more = { testImages: 'i', testLabels: 'l', flatten: false, take: 10, train: 6, validation: 4, unseen: [2] };
    const data = await load({ ...options, ...more }, { i: images, l: labels });
    expect(data.inputShape).toEqual([1, 2, 3]);
    expect([data.train.count, data.validation.count, data.test.count, data.unseen!.count]).toEqual([6, 4, 20, 20]);
  });

  test('other element types are big-endian', () => {
    const floats = Uint8Array.from([0, 0, 13, 1, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0]);
    expect(decodeIdx(floats, 'f').data).toEqual(new Float32Array([1, -2.5]));
  });

  test.each([
    ['cut short', { i: images.slice(0, -1), l: labels }, /i: needs 180 bytes for \[30, 2, 3\] but holds 179/],
    ['too long', { i: Uint8Array.from([...images, 0]), l: labels }, /holds 181/],
    [
      'sizes beyond memory',
      { i: Uint8Array.from([0, 0, 8, 3, ...new Uint8Array(12).fill(255)]), l: labels },
      /i: needs Infinity/,
    ],
    ['no IDX', { i: 'hello', l: labels }, /i: does not begin like an IDX file/],
    ['cut gzip', { i: gzipSync(images).slice(0, -9), l: labels }, /i: is a damaged or incomplete gzip/],
    [
      'other labels',
      { i: images, l: idxFile([29], new Uint8Array(29)) },
      /l: has the shape \[29\], but i needs \[30\]/,
    ],
    ['swapped', { i: labels, l: images }, /i: has 1 axes/],
  ])('refuses: %s', async (_, contents, message) => {
    await expect(load(options, contents as Record<string, Uint8Array>)).rejects.toThrow(message);
  });

  test('labels out of range', async () => {
    await expect(load({ ...options, classes: 2 }, { i: images, l: labels })).rejects.toThrow(
      /i: row 3 has label 2, but labels must be between 0 and 1/,
    );
  });

  test('every type of entry, big-endian', () => {
    const types: readonly (readonly [
      code: number,
      size: number,
      set: 'setInt8' | 'setInt16' | 'setInt32' | 'setFloat32' | 'setFloat64',
    ])[] = [
      [9, 1, 'setInt8'],
      [11, 2, 'setInt16'],
      [12, 4, 'setInt32'],
      [13, 4, 'setFloat32'],
      [14, 8, 'setFloat64'],
    ];
    for (const [code, size, set] of types) {
      const bytes = new Uint8Array(12 + 3 * size);
      bytes.set([0, 0, code, 2, 0, 0, 0, 3, 0, 0, 0, 1]);
      const view = new DataView(bytes.buffer);
      const values = size === 1 ? [-3, 7, 100] : [-300, 700, 1000];
      values.forEach((value, i) => {
        view[set](12 + i * size, value);
      });
      const { shape, data } = decodeIdx(bytes, 'x.idx');
      expect([shape, Array.from(data as Float64Array)]).toEqual([[3, 1], values]);
    }
  });

  test('damaged files are read or refused', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(mutated(images), mutated(gzipSync(images))), damaged =>
        readsOrRefuses(() => decodeIdx(damaged, 'x.idx'), 'x.idx'),
      ),
      { numRuns: 500 },
    ));
});

test.each<[string, number, readonly number[], string]>([
  [
    'a label far beyond the others',
    12,
    [0, 1, 0, 50_000_000, 1, 0],
    'y: row 4 has label 50000000, where 3 classes occur; number the classes from 0, or say data.classes.',
  ],
  [
    'a label that is no whole number',
    13,
    [0, 1, 0.5, 1, 1, 0],
    'y: row 3 has label 0.5, where classes are whole numbers from 0.',
  ],
  ['a label below zero', 12, [0, 1, -1, 1, 1, 0], 'y: row 3 has label -1, where classes are whole numbers from 0.'],
  ['a label that is no number', 13, [0, 1, Number.NaN, 1, 1, 0], 'y: row 3 has label NaN'],
])('%s is refused before memory is taken for classes', async (_, type, labels, message) => {
  const file = new Uint8Array(8 + 4 * labels.length);
  file.set([0, 0, type, 1, 0, 0, 0, labels.length]);
  const view = new DataView(file.buffer);
  labels.forEach((label, i) => {
    if (type === 12) view.setInt32(8 + 4 * i, label);
    else view.setFloat32(8 + 4 * i, label);
  });
  const x = idxFile([labels.length, 2, 2], new Uint8Array(4 * labels.length));
  await expect(load({ source: 'idx', images: 'x', labels: 'y' }, { x, y: file })).rejects.toThrow(message);
});

const folder = process.env.POSTEROHM_DATA;
test.skipIf(!folder)('ten thousand digits, from a folder of data sets given by POSTEROHM_DATA', async () => {
  const options = dataSchema.parse({
    source: 'idx',
    images: 'mnist/t10k-images-idx3-ubyte.gz',
    labels: 'mnist/t10k-labels-idx1-ubyte.gz',
    train: 7500,
    validation: 500,
    test: 2000,
  });
  const data = await loadDataset(keyOf(1), options, nodeFiles(join(folder!)));
  const { splits } = describeDataset(data);
  const zeros = ['train', 'validation', 'test'].map(name => splits[name]!.classes!['0']!);
  // numpy.bincount of the file's labels: 980 zeros
  expect(zeros.reduce((s, x) => s + x, 0)).toBe(980);
  expect(data.inputShape).toEqual([784]);
  expect([splits.train!.inputs.min, splits.train!.inputs.max]).toEqual([0, 1]);
});

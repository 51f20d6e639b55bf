import { expect, test } from 'vitest';
import { type Dataset, describeDataset, encodeNpz, ndArray } from '../../src/data/index.ts';
import { addressOfData } from '../../src/pipeline/prepared.ts';
import { idxFile, load } from './files.ts';

const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(3 * i));
const table = `a,b,y\n${Array.from({ length: 30 }, (_, i) => `${i},${(i * 7) % 5},${i % 3}`).join('\n')}\n`;
const arrays = encodeNpz({ x: ndArray([30, 2, 3], numbers(180)), y: ndArray([30], numbers(30)) });
const images = idxFile(
  [30, 4, 4],
  Uint8Array.from({ length: 480 }, (_, i) => i % 251),
);
const labels = idxFile(
  [30],
  Uint8Array.from({ length: 30 }, (_, i) => i % 3),
);
const counts = { train: 16, validation: 8, test: 8 };

const data: readonly [string, () => Promise<Dataset>][] = [
  ...['two-moons', 'circles', 'spirals', 'xor', 'cubic'].map(
    source => [source, () => load({ source, ...counts })] as [string, () => Promise<Dataset>],
  ),
  ['heartbeats with unseen classes', () => load({ source: 'heartbeats', train: 40, validation: 16, test: 16 })],
  ['a table of classes', () => load({ source: 'csv', path: 't.csv', target: 'y' }, { 't.csv': table })],
  ['arrays of a regression', () => load({ source: 'npz', path: 'd.npz', task: 'regression' }, { 'd.npz': arrays })],
  [
    'images',
    () =>
      load(
        { source: 'idx', images: 'x.idx', labels: 'y.idx', train: 16, validation: 6, test: 8 },
        { 'x.idx': images, 'y.idx': labels },
      ),
  ],
];

test.each(data)('%s: a copy is the same data', async (_name, read) => {
  const found = await read();
  const sent = structuredClone(found);
  expect(sent).toEqual(found);
  expect(addressOfData(sent)).toBe(addressOfData(found));
  expect(describeDataset(sent)).toEqual(describeDataset(found));
});

import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodeNpy, ndArray } from '../../src/data/formats/index.ts';
import { decodeBits } from '../../src/data/index.ts';

const text = (content: string) => new TextEncoder().encode(content);
const rows = ({ columns }: Awaited<ReturnType<typeof decodeBits>>) => columns.map(column => [...column]);

test('bits are read from tables, arrays and texts of digits', async () => {
  const table = await decodeBits(text('cell A,cell B\n0,1\n1,1\n0,0\n'), 'x.csv');
  expect(table.names).toEqual(['cell A', 'cell B']);
  expect(rows(table)).toEqual([
    [0, 1, 0],
    [1, 1, 0],
  ]);
  expect(rows(await decodeBits(text('0\t1\n1\t1\n0\t0\n'), 'x.tsv'))).toEqual(rows(table));
  expect(rows(await decodeBits(gzipSync(text('0110\r\n10\n')), 'x.txt.gz'))).toEqual([[0, 1, 1, 0, 1, 0]]);
  const array = encodeNpy(ndArray([3, 2], new Uint8Array([0, 1, 1, 1, 0, 0])));
  expect(rows(await decodeBits(array, 'x.npy'))).toEqual(rows(table));
  const vector = encodeNpy(ndArray([3], new Float64Array([0, 1, 1])));
  expect(await decodeBits(vector, 'x.npy')).toMatchObject({ names: ['column 0'] });
});

test.each([
  [text('a,b\n0,1\n1,2\n'), "x: column 'b', line 3: must be 0 or 1, got '2'"],
  [text('a,b\n0,1\n1,\n'), "x: column 'b', line 3: must be 0 or 1, got ''"],
  [text('time,a\n0.001,1\n0.002,0\n'), "x: column 'time', line 2: must be 0 or 1, got '0.001'"],
  [encodeNpy(ndArray([2, 1], new Float64Array([1, 0.5]))), 'x: [1, 0]: must be 0 or 1, got 0.5'],
  [encodeNpy(ndArray([1, 1, 2], new Uint8Array([1, 0]))), 'x: must be [bits] or [bits, columns], got [1, 1, 2]'],
])('what is no bit is refused by its place', async (bytes, sentence) => {
  await expect(decodeBits(bytes, 'x')).rejects.toThrow(sentence);
});

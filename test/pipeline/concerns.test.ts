import { expect, test } from 'vitest';
import { concernsOf } from '../../src/pipeline/index.ts';
import { load } from '../data/files.ts';

test('classes that no training row has are a concern, by name', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 5},${i > 36 ? 'late' : 'ab'[i % 2]}`).join('\n');
  const options = { source: 'csv', path: 't.csv', time: 't' };
  const files = { 't.csv': `t,x,kind\n${rows}` };
  const posterior = {
    kind: 'point',
    method: 'map',
    parameters: [],
    size: 0,
    mean: new Float32Array(0),
    info: {},
  } as const;
  const inTime = await load({ ...options, apart: 'time' }, files);
  expect(concernsOf(posterior, null, inTime)).toEqual([
    'No training row has the class late, so the network cannot learn it; give more rows or join classes.',
  ]);
  const { train, ...data } = inTime;
  const mixed = { ...data, train: { ...train, labels: train.labels.map((_, i) => i % 3) } };
  expect(concernsOf(posterior, null, mixed)).toEqual([]);
});

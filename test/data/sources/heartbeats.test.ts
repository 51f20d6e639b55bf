import { expect, test } from 'vitest';
import { describeDataset } from '../../../src/data/index.ts';
import { load } from '../files.ts';

const small = { source: 'heartbeats', train: 160, validation: 40, test: 80 };

test('eight classes in the splits, the ninth unseen, 32 features', async () => {
  const data = await load(small);
  expect(data.inputShape).toEqual([32]);
  expect(data.inputNames[0]).toBe('1.4 Hz');
  expect(data.outputNames).toHaveLength(8);
  expect(data.outputNames).not.toContain('paced');
  expect(data.unseen!.count).toBe(35);
  const { splits } = describeDataset(data);
  expect([splits.train!.count, splits.validation!.count, splits.test!.count]).toEqual([160, 40, 80]);
  expect(await load(small)).toEqual(data);
});

test('nine classes where none is held out; samples for convolutions', async () => {
  const data = await load({ ...small, unseen: [], features: 'samples' });
  expect(data.outputNames).toHaveLength(9);
  expect(data.inputShape).toEqual([1, 252]);
});

test('every beat is another', async () => {
  const { train } = await load({ ...small, standardise: 'none' });
  const peaks = Array.from({ length: train.count }, (_, i) => Math.max(...train.inputs.subarray(32 * i, 32 * i + 32)));
  expect(new Set(peaks).size).toBe(train.count);
});

test('without noise and variation, a normal beat has its R peak at 40 % of the window', async () => {
  const data = await load({ ...small, noise: 0, variation: 0, unseen: [], features: 'samples', standardise: 'none' });
  const normal = data.outputNames.indexOf('normal');
  for (let i = 0; i < data.train.count; i++) {
    if (data.train.labels[i] !== normal) continue;
    const beat = data.train.inputs.subarray(252 * i, 252 * (i + 1));
    const peak = beat.indexOf(Math.max(...beat));
    expect(Math.abs(peak - 101)).toBeLessThanOrEqual(Math.ceil(5 * 0.008 * 360));
  }
});

test('the unseen class stands out where no other class has power', async () => {
  const data = await load({ ...small, train: 800 });
  const power = (inputs: Float32Array) => {
    let sum = 0;
    for (let i = 0; i < inputs.length; i++) if (i % 32 >= 20) sum += inputs[i]! ** 2;
    return sum / (inputs.length / 32) / 12;
  };
  expect(power(data.test.inputs)).toBeLessThan(1.5);
  expect(power(data.unseen!.inputs)).toBeGreaterThan(3);
});

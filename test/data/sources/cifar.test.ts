import { expect, test } from 'vitest';
import { load } from '../files.ts';

/** Images of one colour each: image i has the value i in red, 2i in green, 3i in blue. */
function batch(count: number, head: (i: number) => number[]): Uint8Array {
  const image = (i: number) => [1, 2, 3].flatMap(factor => new Array<number>(1024).fill(i * factor));
  return Uint8Array.from(Array.from({ length: count }, (_, i) => [...head(i), ...image(i)]).flat());
}

test('CIFAR-10: channels first, pixels 0 … 1, own test file', async () => {
  const options = { source: 'cifar', folder: 'c', trainFiles: ['a.bin'], testFiles: ['b.bin'], standardise: 'none' };
  const data = await load(options, { 'c/a.bin': batch(20, i => [i % 10]), 'c/b.bin': batch(3, i => [i]) });
  expect(data.inputShape).toEqual([3, 32, 32]);
  expect([data.train.count, data.validation.count, data.test.count]).toEqual([18, 2, 3]);
  expect(data.outputNames[3]).toBe('cat');
  expect(data.test.inputs[3072 * 2 + 1024]).toBeCloseTo(4 / 255, 6);
  for (let i = 0; i < 18; i++) expect(data.train.labels[i]).toBe(Math.round(data.train.inputs[3072 * i]! * 255) % 10);
});

test('CIFAR-100 uses the fine label', async () => {
  const files = { 'c/train.bin': batch(20, i => [1, 90 + (i % 10)]), 'c/test.bin': batch(4, i => [2, i]) };
  const data = await load({ source: 'cifar', folder: 'c', classes: 100 }, files);
  expect(Array.from(data.test.labels)).toEqual([0, 1, 2, 3]);
});

test('refuses files cut short and labels out of range', async () => {
  const options = { source: 'cifar', folder: 'c', trainFiles: ['a.bin'], testFiles: ['a.bin'] };
  await expect(load(options, { 'c/a.bin': batch(2, i => [i]).slice(1) })).rejects.toThrow(
    /c\/a.bin: must hold images of 3073 bytes, got 6145/,
  );
  await expect(load(options, { 'c/a.bin': batch(2, () => [10]) })).rejects.toThrow(/image 1 has label 10/);
});

import { expect, test } from 'vitest';
import { load } from '../files.ts';

const own = (inputs: Float32Array, scale: { mean: Float64Array; std: Float64Array }) =>
  Array.from(inputs, (value, i) => value * scale.std[i % 2]! + scale.mean[i % 2]!);

test('without noise every point lies on its half circle', async () => {
  const { train, test: rest, inputScale } = await load({ source: 'two-moons', noise: 0 });
  expect([train.count, rest.count]).toEqual([256, 1024]);
  for (const split of [train, rest]) {
    const points = own(split.inputs, inputScale!);
    for (let i = 0; i < split.count; i++) {
      const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
      const [u, v] = split.labels[i] === 0 ? [x, y] : [1 - x, 0.5 - y];
      expect(Math.hypot(u, v)).toBeCloseTo(1, 5);
      expect(v).toBeGreaterThan(-1e-6);
    }
  }
});

test('the noise has the spread asked for, and classes are balanced', async () => {
  const quiet = await load({ source: 'two-moons', train: 20000, noise: 0 });
  const noisy = await load({ source: 'two-moons', train: 20000, noise: 0.3 });
  const a = own(quiet.train.inputs, quiet.inputScale!);
  const b = own(noisy.train.inputs, noisy.inputScale!);
  const difference = b.map((value, i) => value - a[i]!);
  const mean = difference.reduce((s, x) => s + x, 0) / difference.length;
  const variance = difference.reduce((s, x) => s + (x - mean) ** 2, 0) / difference.length;
  // 40,000 normals: standard errors 0.0015 of the mean and 0.0011 of the spread
  expect(Math.abs(mean)).toBeLessThan(0.0075);
  expect(Math.abs(Math.sqrt(variance) - 0.3)).toBeLessThan(0.0055);
  expect(noisy.train.labels.reduce((s, x) => s + x, 0)).toBe(10000);
});

test('standardised by the training split; a seed gives the same bits; splits do not depend on each other', async () => {
  const a = await load({ source: 'two-moons' });
  for (const axis of [0, 1]) {
    const values = a.train.inputs.filter((_, i) => i % 2 === axis);
    const mean = values.reduce((s, x) => s + x, 0) / values.length;
    expect(mean).toBeCloseTo(0, 5);
    expect(values.reduce((s, x) => s + (x - mean) ** 2, 0) / values.length).toBeCloseTo(1, 5);
  }
  expect(await load({ source: 'two-moons' })).toEqual(a);
  expect((await load({ source: 'two-moons' }, {}, 2)).train).not.toEqual(a.train);
  expect((await load({ source: 'two-moons', test: 10 })).train).toEqual(a.train);
});

import { expect, test } from 'vitest';
import { load } from '../files.ts';

test('y − x³ is the noise asked for, inputs fill their range, and targets are standardised', async () => {
  const data = await load({ source: 'cubic', train: 20000, noise: 2, testRange: 6 });
  const own = ({ inputs, targets }: typeof data.train) =>
    Array.from(inputs, (x, i) => [
      x * data.inputScale!.std[0]! + data.inputScale!.mean[0]!,
      targets[i]! * data.targetScale!.std[0]! + data.targetScale!.mean[0]!,
    ]) as [number, number][];
  const train = own(data.train);
  const residuals = train.map(([x, y]) => y - x ** 3);
  const mean = residuals.reduce((s, r) => s + r, 0) / residuals.length;
  const std = Math.sqrt(residuals.reduce((s, r) => s + (r - mean) ** 2, 0) / residuals.length);
  // 20,000 normals of spread 2: standard errors 0.014 of the mean and 0.010 of the spread
  expect(Math.abs(mean)).toBeLessThan(0.07);
  expect(Math.abs(std - 2)).toBeLessThan(0.05);
  expect(Math.max(...train.map(([x]) => Math.abs(x)))).toBeCloseTo(4, 2);
  expect(Math.max(...own(data.test).map(([x]) => Math.abs(x)))).toBeGreaterThan(5.8);
  expect(data.train.targets.reduce((s, y) => s + y, 0) / 20000).toBeCloseTo(0, 4);
});

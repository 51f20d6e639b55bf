import { expect, test } from 'vitest';
import { TiedCurve } from '../../src/bayes/tied-curve.ts';

/** Realised as the square of the share asked for, with a spread of a tenth of it. */
const points = 2001;
const share = Float64Array.from({ length: points }, (_, i) => (2 * i) / (points - 1) - 1);
const curve = () => ({
  low: -1,
  high: 1,
  mean: share.map(u => Math.sign(u) * u * u),
  std: share.map(u => 0.1 * Math.abs(u)),
});
const hardware = { device: 'x', time: 1, sharing: 'layer', compensation: 'global', curve } as const;

test('drift is made up for by conductances, which go by shares of limits', () => {
  const tied = new TiedCurve(hardware);
  const asked = Float64Array.of(1, 4, 0.5, 7);
  const limits = Float32Array.of(2, 5, 1, 0);
  tied.compensate(asked, limits);
  // Shares .5, .8, .5; a weight without a range has no cells that could drift.
  expect(tied.retained).toBeCloseTo((0.25 + 0.64 + 0.25) / (0.5 + 0.8 + 0.5), 6);
  expect(tied.mean(0.8)).toBeCloseTo(0.64 / tied.retained, 6);
  expect(tied.std(-0.5)).toBeCloseTo(0.05 / tied.retained, 6);
  expect(tied.stdSlope(0.5)).toBeCloseTo(0.1 / tied.retained, 6);
  expect(tied.slope).toBeCloseTo(1 / tied.retained, 6);
});

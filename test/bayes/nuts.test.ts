import { expect, test } from 'vitest';
import { type Density, nutsSampler } from '../../src/bayes/index.ts';
import { fold, keyOf } from '../../src/random/index.ts';
import { logistic, rankStatistics } from './calibration-of-samplers.ts';

/** N(mean, L Lᵀ) by its precision matrix. */
function gaussian(mean: readonly number[], precision: readonly (readonly number[])[]): Density {
  return {
    size: mean.length,
    evaluate(gradient, position) {
      let total = 0;
      for (let i = 0; i < mean.length; i++) {
        let row = 0;
        for (let j = 0; j < mean.length; j++) row += precision[i]![j]! * (position[j]! - mean[j]!);
        gradient[i] = -row;
        total -= 0.5 * row * (position[i]! - mean[i]!);
      }
      return total;
    },
  };
}

test('a strongly correlated Gaussian, at a fixed step size', () => {
  // Correlation 0.9, spreads 1 and 2: inverse of [[1, 1.8], [1.8, 4]].
  const determinant = 4 - 1.8 * 1.8;
  const density = gaussian(
    [1, -2],
    [
      [4 / determinant, -1.8 / determinant],
      [-1.8 / determinant, 1 / determinant],
    ],
  );
  const sampler = nutsSampler(density);
  const settings = { stepSize: 0.35, inverseMass: Float64Array.of(1, 4), maxDepth: 10 };
  let state = sampler.init(new Float64Array(2));
  const n = 8000;
  const sums = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const next = sampler.step(fold(keyOf(5), i), state, settings);
    expect(next.info.divergent).toBe(false);
    expect(next.info.depth).toBeGreaterThan(0);
    state = next.state;
    const x = state.position[0]! - 1;
    const y = state.position[1]! + 2;
    [x, y, x * x, x * y, y * y].forEach((value, k) => {
      sums[k]! += value / n;
    });
  }
  // Standard errors at n effective draws: 1/√n, 2/√n, √2/√n, √(1.81·4)/√n, 4√2/√n; tolerance five of them.
  const tolerance = 5 / Math.sqrt(n);
  expect(Math.abs(sums[0]!)).toBeLessThan(tolerance);
  expect(Math.abs(sums[1]!)).toBeLessThan(2 * tolerance);
  expect(Math.abs(sums[2]! - 1)).toBeLessThan(1.42 * tolerance);
  expect(Math.abs(sums[3]! - 1.8)).toBeLessThan(2.7 * tolerance);
  expect(Math.abs(sums[4]! - 4)).toBeLessThan(5.7 * tolerance);
});

test('the same key gives the same transition, and states are not changed', () => {
  const density = gaussian(
    [0, 0, 0],
    [
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 3],
    ],
  );
  const sampler = nutsSampler(density);
  const settings = { stepSize: 0.5, inverseMass: new Float64Array(3).fill(1), maxDepth: 6 };
  const start = sampler.init(Float64Array.of(1, 2, 3));
  const before = start.position.slice();
  const first = sampler.step(keyOf(9), start, settings);
  sampler.step(keyOf(10), first.state, settings);
  const second = sampler.step(keyOf(9), start, settings);
  expect(start.position).toEqual(before);
  expect(second).toEqual(first);
});

test('a step far too long diverges and stays where it is', () => {
  const density = gaussian([0], [[1e8]]);
  const sampler = nutsSampler(density);
  const start = sampler.init(Float64Array.of(1e-4));
  const { info, state } = sampler.step(keyOf(1), start, { stepSize: 1, inverseMass: Float64Array.of(1), maxDepth: 8 });
  expect(info.divergent).toBe(true);
  expect(state.position).toEqual(start.position);
});

test('ranks of the truth among posterior draws are uniform (simulation-based calibration)', () => {
  // 7 degrees of freedom: χ² exceeds 24.3 once in a thousand (scipy.stats.chi2.ppf(0.999, 7)).
  for (const chi2 of rankStatistics(logistic, 240, 31, 8, keyOf(2))) expect(chi2).toBeLessThan(24.3);
});

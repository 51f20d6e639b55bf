import { describe, expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import { drawWeights, type Posterior } from '../../src/bayes/index.ts';
import { evenRanges, weightLimits } from '../../src/network/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { largestSizes, posteriorSizes, type RangeRequest, withClipped } from '../../src/transfer/index.ts';
import { key, momentPosterior, network, samplePosterior } from './fixtures.ts';

const { matrices, size } = network;
const request = (posterior: Posterior, method: string): RangeRequest => ({
  posterior,
  matrices,
  transfer: { method },
  sharing: 'network',
  inputs: [9, 9],
});
const largest = (values: ArrayLike<number>) => Array.from(values).reduce((most, w) => Math.max(most, Math.abs(w)), 0);
const limitOf = (posterior: Posterior, method: string, share = 1) =>
  Number(atOnce(atOnce(posteriorSizes(key, request(posterior, method))).holding(share))[0]!.limit);

describe('sizes of a posterior', () => {
  test('are those of all draws', () => {
    const posterior = samplePosterior(400);
    const sizes = posterior.samples.map(Math.abs).sort();
    for (const share of [0.8, 0.9, 0.95, 0.99, 0.999, 1]) {
      const wanted = sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))]!;
      expect(limitOf(posterior, 'joint', share)).toBeCloseTo(wanted, 6);
    }
  });

  test('are those of one vector where the transfer makes one copy of one, and of draws else', () => {
    const posterior = momentPosterior();
    expect(limitOf(posterior, 'deterministic')).toBeCloseTo(largest(posterior.mean), 6);
    for (const method of ['joint', 'mean-field']) {
      expect(limitOf(posterior, method)).toBeGreaterThan(largest(posterior.mean) + 0.3);
    }
  });

  test('follow the point that a deterministic transfer is asked for', () => {
    const posterior = samplePosterior(50);
    const best = posterior.samples.subarray(posterior.best * size, (posterior.best + 1) * size);
    expect(limitOf(posterior, 'deterministic')).toBeCloseTo(largest(best), 6);
    const mean = { ...request(posterior, 'deterministic'), transfer: { method: 'deterministic', point: 'mean' } };
    expect(Number(atOnce(atOnce(posteriorSizes(key, mean)).holding(1))[0]!.limit)).toBeLessThan(0.5 * largest(best));
  });
});

test('the largest sizes hold whatever a transfer may ask for', () => {
  const [samples, moments] = [samplePosterior(60), momentPosterior()];
  const { mean, parameters } = moments;
  const point: Posterior = { kind: 'point', method: 'map', parameters, size, mean, info: {} };
  const ones = new Float32Array(size).fill(0.7);
  const signs: Posterior = { ...point, kind: 'bernoulli', probability: ones, magnitude: ones };
  for (const posterior of [samples, moments, point, signs]) {
    const most = Number(atOnce(atOnce(largestSizes(request(posterior, 'joint'))).holding(1))[0]!.limit);
    for (const seed of [1, 2]) {
      expect(largest(drawWeights(keyOf(seed), posterior, 2000))).toBeLessThanOrEqual(most * (1 + 1e-6));
    }
  }
  expect(Number(atOnce(atOnce(largestSizes(request(signs, 'joint'))).holding(1))[0]!.limit)).toBeCloseTo(0.7, 6);
});

describe('what is clipped', () => {
  const ranges = evenRanges(matrices, 1);
  const share = (posterior: Posterior, method: string) =>
    atOnce(withClipped(key, request(posterior, method), ranges)).map(({ clipped }) => clipped!);

  test('is the share of draws beyond the range, layer by layer', () => {
    const posterior = samplePosterior(400);
    const beyond = (from: number, to: number) =>
      posterior.samples.filter((w, i) => i % size >= from && i % size < to && Math.abs(w) > 1).length /
      400 /
      (to - from);
    const end = matrices[0]!.rows * matrices[0]!.columns;
    for (const method of ['joint', 'mixture', 'marginal']) {
      const found = share(posterior, method);
      expect(found[0]).toBeCloseTo(beyond(0, end), 4);
      expect(found[1]).toBeCloseTo(beyond(end, size), 4);
    }
  });

  test('is nothing where the vector that is asked for stays within, whatever draws do', () => {
    const posterior = momentPosterior();
    expect(share(posterior, 'mean-field')).toEqual([0, 0]);
    expect(share(posterior, 'deterministic')).toEqual([0, 0]);
    for (const clipped of share(posterior, 'joint')) expect(clipped).toBeGreaterThan(0.05);
    const tied = { ...posterior, tied: { device: 'x', time: 6 }, asked: posterior.mean.map(w => 2 * w) };
    for (const clipped of share(tied, 'mean-field')) expect(clipped).toBeGreaterThan(0.3);
    expect(weightLimits(matrices, ranges)).toEqual(new Float32Array(size).fill(1));
  });
});

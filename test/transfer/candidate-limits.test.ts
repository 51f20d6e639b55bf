import { expect, test } from 'vitest';
import { candidateLimits } from '../../src/transfer/index.ts';
import { key, momentPosterior, samplePosterior } from './fixtures.ts';

test('the candidates are quantiles of the sizes of all draws', () => {
  const posterior = samplePosterior(400);
  const sizes = posterior.samples.map(Math.abs).sort();
  const wanted = [0.8, 0.9, 0.95, 0.99, 0.999, 1].map(
    p => sizes[Math.min(sizes.length - 1, Math.floor(p * sizes.length))],
  );
  expect(candidateLimits(key, posterior, posterior.size, 'joint')).toEqual(wanted);
});

test('weights that are not on arrays do not count, and all others do however many draws there are', () => {
  const small = samplePosterior(20);
  const { size } = small;
  const count = 40_000;
  const samples = new Float32Array(count * size);
  // Large where a stride that divides the row would never look.
  for (let s = 0; s < count; s++)
    for (let i = 0; i < size; i++) samples[s * size + i] = i === 16 ? 9 : i === 15 ? 3 : 1;
  const limits = candidateLimits(key, { ...small, count, samples }, 16, 'joint');
  expect(limits).toEqual([1, 3]);
});

test('of one vector the sizes are its own, and moments are drawn', () => {
  const posterior = momentPosterior();
  const largest = Math.max(...posterior.mean.map(Math.abs));
  expect(Math.max(...candidateLimits(key, posterior, posterior.size, 'deterministic'))).toBeCloseTo(largest, 6);
  expect(Math.max(...candidateLimits(key, posterior, posterior.size, 'joint'))).toBeGreaterThan(largest + 0.3);
  expect(candidateLimits(key, { ...posterior, mean: new Float32Array(posterior.size) }, 17, 'deterministic')).toEqual([
    1,
  ]);
});

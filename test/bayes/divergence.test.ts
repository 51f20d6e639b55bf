import { expect, test } from 'vitest';
import { KullbackLeibler } from '../../src/bayes/gaussian-kl.ts';
import { buildPrior, type PriorOptions, priorSchema } from '../../src/bayes/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { derivative } from '../support/finite-differences.ts';
import { normals } from '../support/normals.ts';

const network = buildNetwork(['dense 3'], [4]);
const n = network.size;
const point = Float32Array.from(normals(9, n));
const mean = normals(1, n);
const variance = normals(2, n).map(z => 0.05 + 0.3 * z * z);

const kinds: PriorOptions[] = [
  priorSchema.parse({ std: 0.7 }),
  priorSchema.parse({ kind: 'gaussian', scaling: 'inputs' }),
  priorSchema.parse({ kind: 'empirical', share: 0.3 }),
  priorSchema.parse({ kind: 'scale-mixture', share: 0.3, wide: 1.5, narrow: 0.2 }),
  priorSchema.parse({ kind: 'horseshoe', scale: 0.5 }),
];

test.each(kinds)('the divergence from prior $kind has the gradients that it adds', options => {
  const divergence = new KullbackLeibler(buildPrior(options, network, { point }), mean);
  const weight = 0.6;
  const key = keyOf(3);
  const byMean = new Float64Array(n);
  const byVariance = new Float64Array(n);
  divergence.addCrossEntropy(key, byMean, byVariance, mean, variance, weight);
  for (const [array, gradient] of [
    [mean, byMean],
    // What the method adds itself is the entropy, −½ ln variance.
    [variance, byVariance.map((g, i) => g - (0.5 * weight) / variance[i]!)],
  ] as const) {
    for (let i = 0; i < n; i++) {
      const expected = weight * derivative(array, i, 1e-6, () => divergence.value(key, mean, variance));
      expect(Math.abs(gradient[i]! - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
    }
  }
});

test.each(kinds)('the divergence from prior $kind is E[log q − log p] over draws', options => {
  const prior = buildPrior(options, network, { point });
  const divergence = new KullbackLeibler(prior, mean);
  const draws = 4000;
  let estimate = 0;
  let simulated = 0;
  const w = new Float64Array(n);
  for (let d = 0; d < draws; d++) {
    estimate += divergence.value(fold(keyOf(4), d), mean, variance) / draws;
    const z = fillNormal(fold(keyOf(5), d), w);
    let logDensity = 0;
    for (let i = 0; i < n; i++) {
      logDensity -= 0.5 * (z[i]! ** 2 + Math.log(2 * Math.PI * variance[i]!));
      w[i] = mean[i]! + Math.sqrt(variance[i]!) * z[i]!;
    }
    simulated += (logDensity - prior.add(null, w)) / draws;
  }
  expect(Math.abs(estimate / simulated - 1)).toBeLessThan(0.02);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bestPoint,
  buildModel,
  buildPrior,
  logDensity,
  methods,
  type PriorOptions,
  posteriorSchema,
  priorSchema,
  type StepMethod,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { centred } from '../../src/bayes/train.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { derivative } from '../support/finite-differences.ts';
import { ofKind } from '../support/model.ts';
import { normals } from '../support/normals.ts';
import { moonsData } from './moons.ts';

const one = buildNetwork(['dense 1 bias=false'], [1]);
const wide = buildNetwork(['dense 3'], [4]);
const kinds: PriorOptions[] = [
  priorSchema.parse({ std: 0.7 }),
  priorSchema.parse({ kind: 'gaussian', scaling: 'inputs' }),
  priorSchema.parse({ kind: 'scale-mixture', share: 0.3, wide: 1.5 }),
  priorSchema.parse({ kind: 'horseshoe', scale: 0.5 }),
];

describe.each(kinds)('prior $kind', options => {
  test('integrates to one', () => {
    const prior = buildPrior(options, one);
    let total = 0;
    // Substituting w = sinh(u)/1000 resolves the pole of the horseshoe and reaches its tails.
    const steps = 40_000;
    const end = 18;
    for (let i = 0; i < steps; i++) {
      const u = -end + (2 * end * (i + 0.5)) / steps;
      total +=
        ((Math.exp(prior.add(null, Float64Array.of(Math.sinh(u) / 1000))) * Math.cosh(u)) / 1000) * ((2 * end) / steps);
    }
    expect(Math.abs(total - 1)).toBeLessThan(2e-3);
  });

  test('has the gradient of its log', () => {
    const prior = buildPrior(options, wide);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), seed => {
        const w = normals(seed, wide.size);
        const gradient = new Float64Array(wide.size);
        prior.add(gradient, w);
        for (let i = 0; i < w.length; i++) {
          const step = 1e-4 * Math.max(1e-2, Math.abs(w[i]!));
          const expected = derivative(w, i, step, () => prior.add(null, w));
          expect(Math.abs(gradient[i]! - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(1e-4);
        }
      }),
      { numRuns: 20 },
    );
  });
});

test('an empirical prior stands around an estimate that training makes first', async () => {
  const data = moonsData(7, 64, 40);
  const options = posteriorSchema.parse({ method: 'mean-field', epochs: 30, prior: { kind: 'empirical', share: 0.2 } });
  const model = buildModel(['dense 4 tanh', 'dense 2'], options, data);
  expect(() => logDensity(model).evaluate(new Float64Array(model.size), new Float64Array(model.size))).toThrow(
    'needs a maximum a posteriori estimate first',
  );
  const { posterior } = await trainPosterior(keyOf(1), model, options);
  expect(posterior.kind).toBe('moments');
});

test.each(['map', 'mean-field', 'sgld', 'ensemble', 'dropout'] as const)(
  '%s starts where its prior expects it',
  async method => {
    const data = moonsData(7, 64, 40);
    const options = posteriorSchema.parse({ method, epochs: 1, rate: 1e-9, prior: { kind: 'empirical' } });
    const model = buildModel(['dense 4 tanh', 'dense 2'], options, data);
    const estimate = Float32Array.from({ length: model.size }, (_, i) => Math.cos(i));
    const training = (methods[method] as StepMethod).start(keyOf(1), centred(model, options, estimate), options, {});
    for (let i = 0; i < training.steps; i++) training.step(i);
    const found = bestPoint(training.finish());
    // Within five of the prior's spreads; dropout divides what it keeps by 0.9.
    found.forEach((w, i) => {
      if (w !== 0)
        expect(Math.abs(w - estimate[i]!)).toBeLessThan(0.01 + 5 * Math.max(0.01, 0.1 * Math.abs(estimate[i]!)));
    });
  },
);

test('mean-field works with priors without a closed form', async () => {
  const data = moonsData(8, 64, 40);
  const options = posteriorSchema.parse({ method: 'mean-field', epochs: 60, prior: { kind: 'horseshoe', scale: 0.3 } });
  const model = buildModel(['dense 4 tanh', 'dense 2'], options, data);
  const posterior = ofKind((await trainPosterior(keyOf(1), model, options)).posterior, 'moments');
  expect(posterior.mean.every(Number.isFinite) && posterior.std.every(s => s > 0 && Number.isFinite(s))).toBe(true);
});

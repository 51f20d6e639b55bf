import { expect, test } from 'vitest';
import {
  buildModel,
  drawWeights,
  type MomentPosterior,
  posteriorSchema,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { predictiveLoss } from '../../src/bayes/predictive-loss.ts';
import { keyOf } from '../../src/random/index.ts';
import { moonsData } from './moons.ts';

const data = moonsData(21, 160, 600);
const layers = ['dense 8 tanh', 'dense 6 tanh', 'dense 2'];
/** Weights of 2–8–6–2 with biases, by layer. */
const sizes = [24, 54, 14];

const trained = async (fields: object) => {
  const options = posteriorSchema.parse({ rate: 0.03, batch: 32, epochs: 200, samples: 2, ...fields });
  const model = buildModel(layers, options, data);
  const { posterior } = await trainPosterior(keyOf(3), model, options);
  const loss = predictiveLoss(model, drawWeights(keyOf(4), posterior, 60), 60, data.test);
  return { posterior: posterior as MomentPosterior, loss };
};

const spreadsOf = ({ std }: MomentPosterior): boolean[] =>
  sizes.map((size, l) => {
    const from = sizes.slice(0, l).reduce((sum, one) => sum + one, 0);
    const own = std.subarray(from, from + size);
    const random = own.every(s => s > 0);
    expect(random || own.every(s => s === 0)).toBe(true);
    return random;
  });

test.each([
  [1, [false, false, true]],
  [2, [false, true, true]],
  [3, [true, true, true]],
  [9, [true, true, true]],
  ['all', [true, true, true]],
])('with %s random layers spreads their weights alone, and learns', async (randomLayers, random) => {
  const { posterior, loss } = await trained({ method: 'mean-field', randomLayers });
  expect(spreadsOf(posterior)).toEqual(random);
  // Always guessing by halves costs 0.69 nats.
  expect(loss).toBeLessThan(0.25);
});

test('points count by their prior alone in the evidence lower bound', async () => {
  // Before the first step all spreads are one, too small for the likelihood to tell: a point lacks KL(N(m, s²) ‖ p) + ln p(m) = −ln s − ½ − ½ ln 2π.
  const std = 1e-7;
  const first = (randomLayers: unknown) =>
    trained({
      method: 'mean-field',
      randomLayers,
      epochs: 1,
      batch: 160,
      initialStd: std,
      anneal: 0,
      precision: 'double',
    });
  const [all, last] = await Promise.all([first('all'), first(1)]);
  const gained = (last.posterior.info.elbo as number) - (all.posterior.info.elbo as number);
  expect(gained).toBeCloseTo((sizes[0]! + sizes[1]!) * (-Math.log(std) - 0.5 - 0.5 * Math.log(2 * Math.PI)), 3);
});

test('asks for whole layers', () => {
  for (const randomLayers of [0, 1.5, 'none']) {
    expect(posteriorSchema.safeParse({ method: 'mean-field', randomLayers }).success).toBe(false);
  }
});

test('cells spread all layers, so hardware-aware training has no points', () => {
  const found = posteriorSchema.safeParse({ method: 'hardware-aware', randomLayers: 1 });
  expect(found.error?.issues[0]).toMatchObject({ keys: ['randomLayers'] });
});

import { expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import {
  buildModel,
  drawWeights,
  type MomentPosterior,
  pointMatrices,
  posteriorSchema,
  randomLayersOf,
  spreadsAny,
  trainingHardware,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { reached } from '../../src/bayes/methods/hardware-aware.ts';
import { PointSpread } from '../../src/bayes/point-spread.ts';
import { lossInPieces } from '../../src/bayes/predictive-loss.ts';
import { findDevice } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { tableValue } from '../../src/tensor/index.ts';
import { moonsData } from './moons.ts';

const data = moonsData(21, 160, 600);
const layers = ['dense 8 tanh', 'dense 6 tanh', 'dense 2'];
/** Weights of 2–8–6–2 with biases, by layer. */
const sizes = [24, 54, 14];

const trained = async (fields: object) => {
  const options = posteriorSchema.parse({ rate: 0.03, batch: 32, epochs: 200, samples: 2, ...fields });
  const model = buildModel(layers, options, data);
  const { posterior } = await trainPosterior(keyOf(3), model, options);
  const loss = atOnce(lossInPieces(model, drawWeights(keyOf(4), posterior, 60), 60, data.test));
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

const hardware = trainingHardware(findDevice('pcm-ibm'), { time: 86_400, compensation: 'global' });

test('hardware-aware training spreads random layers alone, and leaves points to the cells', async () => {
  const options = posteriorSchema.parse({
    method: 'hardware-aware',
    randomLayers: 1,
    rate: 0.03,
    batch: 32,
    epochs: 160,
    samples: 2,
    limit: 2,
  });
  const model = buildModel(layers, options, data);
  const { posterior } = await trainPosterior(keyOf(3), model, options, { hardware });
  expect(spreadsOf(posterior as MomentPosterior)).toEqual([false, false, true]);
  const held = reached(posterior as MomentPosterior, hardware, {
    limits: new Float32Array(model.size).fill(2),
    ranges: [],
  });
  expect(held.std.every(s => s > 0)).toBe(true);
  expect(atOnce(lossInPieces(model, drawWeights(keyOf(4), held, 60), 60, data.test))).toBeLessThan(0.3);
});

test('points have the spread of the cells that hold them, and its slope', () => {
  const limits = Float32Array.of(2, 0, 0.5, 1);
  const spread = new PointSpread(hardware, limits);
  const mean = Float64Array.of(0.7, 0.3, -0.3, 0.95);
  const variance = new Float64Array(4).fill(Number.NaN);
  spread.fill(variance, mean);
  const { low, high, std } = hardware.curve();
  const table = { low, high, values: std };
  for (const [i, limit] of limits.entries()) {
    const own = limit > 0 ? (limit * tableValue(table, mean[i]! / limit)) ** 2 : 0;
    expect(variance[i]).toBeCloseTo(own, 12);
  }
  // The slope of Σ g v(m) by differences.
  const byVariance = Float64Array.of(1, 2, -3, 0.5);
  const gradient = new Float64Array(4);
  spread.pullBack(gradient, byVariance, mean);
  const step = 1e-6;
  for (let i = 0; i < 4; i++) {
    const at = (m: number) => {
      const out = new Float64Array(4);
      spread.fill(out, mean.with(i, m));
      return byVariance[i]! * out[i]!;
    };
    expect(gradient[i]).toBeCloseTo((at(mean[i]! + step) - at(mean[i]! - step)) / (2 * step), 5);
  }
});

test('says which layers of a training are points, and which posteriors spread weights', () => {
  const random = (fields: object) => randomLayersOf(posteriorSchema.parse(fields));
  expect(random({ method: 'mean-field', randomLayers: 2 })).toBe(2);
  expect(random({ method: 'hardware-aware', randomLayers: 1 })).toBe(1);
  expect(random({ method: 'laplace', weights: 'last-layer' })).toBe(1);
  for (const method of ['mean-field', 'laplace', 'map', 'nuts']) expect(random({ method })).toBe('all');
  expect([pointMatrices(3, 'all'), pointMatrices(3, 1), pointMatrices(3, 3), pointMatrices(2, 9)]).toEqual([
    0, 2, 0, 0,
  ]);
  const common = { method: 'x', parameters: [], size: 3, info: {} };
  const moments = { ...common, kind: 'moments', mean: new Float32Array(3), std: Float32Array.of(0, 0, 1) } as const;
  expect([2, 3].map(weights => spreadsAny(moments, weights))).toEqual([false, true]);
  const samples = Float32Array.of(1, 2, 3, 1, 2, 4);
  const drawn = { ...common, kind: 'samples', count: 2, chains: 1, best: 0, samples } as const;
  expect([2, 3].map(weights => spreadsAny(drawn, weights))).toEqual([false, true]);
});

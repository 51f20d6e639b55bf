import { describe, expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import { classWeightsOf } from '../../src/bayes/class-weights.ts';
import { visitCurvature } from '../../src/bayes/curvature.ts';
import {
  buildModel,
  drawWeights,
  logDensity,
  type methods,
  type Posterior,
  posteriorParetoShape,
  posteriorSchema,
  simulationCalibration,
  trainingHardware,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { MinibatchGradient } from '../../src/bayes/minibatch-gradient.ts';
import type { Model } from '../../src/bayes/model.ts';
import { lossInPieces } from '../../src/bayes/predictive-loss.ts';
import { chainTask } from '../../src/bayes/samplers/chain-task.ts';
import { ExpectedLoss } from '../../src/bayes/variational.ts';
import { rowsOf, type Split } from '../../src/data/index.ts';
import { devices } from '../../src/device/index.ts';
import { kernels } from '../../src/kernels/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { threePoints } from '../support/model.ts';
import { normals } from '../support/normals.ts';

/** Overlapping blobs at −1, 0 and 1 on a line, 60 rows in the middle, 20 and 10 at the sides. */
function blobs(seed: number): Split {
  const labels = Int32Array.from({ length: 90 }, (_, i) => (i < 60 ? 0 : i < 80 ? 1 : 2));
  const inputs = Float32Array.from(normals(seed, 90), (z, i) => [0, -1, 1][labels[i]!]! + 0.5 * z);
  return { count: 90, inputs, labels, targets: new Float32Array(0) };
}

const dataset = (train = blobs(1)) => ({
  task: 'classification' as const,
  inputShape: [1],
  outputNames: ['middle', 'left', 'right'],
  train,
  validation: blobs(2),
});

const layers = ['dense 4 tanh', 'dense 3'];
const weights = { middle: 1, left: 3, right: 6 };
const modelWith = (classWeights: number | Record<string, number>, train = blobs(1)): Model =>
  buildModel(layers, { ...posteriorSchema.parse({ method: 'map', prior: { std: 2 } }), classWeights }, dataset(train));

/** Every row as often as its class counts, instead of weights. */
const repeated = () => {
  const train = blobs(1);
  const rows = Array.from(train.labels).flatMap((label, i) =>
    new Array<number>(Object.values(weights)[label]!).fill(i),
  );
  return modelWith(0, rowsOf(train, rows));
};

describe('weights of classes', () => {
  test('are powers of how rare a class is, or given, of mean 1 over the rows', () => {
    // Python: n = [60, 20, 10]; w = [(90/x)**.5 for x in n]; [x*90/sum(a*b for a, b in zip(w, n)) for x in w]
    const roots = classWeightsOf(0.5, dataset())!;
    [0.75544, 1.30846, 1.850442].forEach((w, c) => void expect(roots[c]).toBeCloseTo(w, 3));
    expect(Array.from(classWeightsOf(1, dataset())!, w => Math.round(w * 1e6) / 1e6)).toEqual([0.5, 1.5, 3]);
    const named = classWeightsOf({ right: 7 }, dataset())!;
    [0.6, 0.6, 4.2].forEach((w, c) => void expect(named[c]).toBeCloseTo(w, 12));
    expect(classWeightsOf(0, dataset())).toBeUndefined();
  });

  test('a class without rows weighs nothing and changes nothing', () => {
    const found = classWeightsOf(1, { ...dataset(), outputNames: ['middle', 'left', 'right', 'none'] })!;
    expect(Array.from(found, w => Math.round(w * 1e6) / 1e6)).toEqual([0.5, 1.5, 3, 0]);
  });

  test('refuses classes that are not there, and real targets', () => {
    expect(() => modelWith({ rigth: 2 })).toThrow(
      "posterior.classWeights.rigth: there is no such class; did you mean 'right'? Known: middle, left, right.",
    );
    const options = posteriorSchema.parse({ method: 'map', classWeights: 0.5 });
    expect(() => buildModel(['linear 1'], options, threePoints)).toThrow(
      'posterior.classWeights: apply to classification, and the targets are real numbers; leave it out.',
    );
    expect(() => posteriorSchema.parse({ method: 'map', classWeights: 1.5 })).toThrow();
  });
});

describe('a row that counts k times is k rows', () => {
  const weighted = modelWith(weights);
  const many = repeated();
  const scale = many.train.count / weighted.train.count;
  const point = Float32Array.from(normals(5, weighted.size));

  /** Likelihood part of a gradient: without the prior's. */
  const likelihoodOf = (model: Model) => {
    const [whole, prior] = [new Float64Array(model.size), new Float64Array(model.size)];
    const at = Float64Array.from(point);
    const density = logDensity(model).evaluate(whole, at) - model.prior.add(prior, at);
    return { density, slope: whole.map((g, i) => g - prior[i]!) };
  };
  const near = (found: ArrayLike<number>, expected: ArrayLike<number>, digits: number) => {
    expect(found.length).toBe(expected.length);
    for (let i = 0; i < found.length; i++) expect(found[i]! * scale).toBeCloseTo(expected[i]!, digits);
  };

  test('in the density and its gradient', () => {
    const [one, other] = [likelihoodOf(weighted), likelihoodOf(many)];
    near([one.density], [other.density], 8);
    near(one.slope, other.slope, 8);
  });

  test('in the gradient of all rows as one batch', () => {
    const gradientOf = (model: Model) => {
      const batch = new MinibatchGradient(keyOf(1), model, 1000, 'f64');
      batch.weights.set(point);
      batch.evaluate(0);
      const prior = new Float64Array(model.size);
      model.prior.add(prior, Float64Array.from(point));
      return Float64Array.from(batch.gradient, (g, i) => g + prior[i]!);
    };
    near(gradientOf(weighted), gradientOf(many), 8);
  });

  test.each(['expected', 'predictive'] as const)('in the %s loss of weights without spread', objective => {
    const gradientOf = (model: Model) => {
      const loss = new ExpectedLoss(keyOf(1), model, { batch: 1000, samples: 3, precision: 'f64', objective });
      loss.mean.set(point);
      return [loss.evaluate(0), ...loss.meanGradient];
    };
    near(gradientOf(weighted), gradientOf(many), 8);
  });

  test('in the curvature', () => {
    const sumOf = (model: Model) => {
      const total = new Float64Array(model.size);
      visitCurvature(model, point, undefined, 0, model.train.count, g => {
        for (let i = 0; i < total.length; i++) total[i]! += g[i]! ** 2;
      });
      return total;
    };
    near(sumOf(weighted), sumOf(many), 8);
  });

  test('in the loss of predictions that limits are compared by', () => {
    const losses = (model: Model) => atOnce(lossInPieces(model, point, 1, model.train));
    expect(losses(weighted)).toBeCloseTo(losses(many), 5);
  });

  test('in what a posterior is judged by', async () => {
    const std = new Float32Array(weighted.size).fill(0.4);
    const moments = {
      kind: 'moments' as const,
      method: 'mean-field',
      parameters: weighted.network.parameters,
      size: weighted.size,
      mean: point,
      std,
      info: {},
    };
    const shapes = [weighted, many, modelWith(0)].map(model => ({ ...model, train: model.train }));
    // The same density as that of repeated rows, once each counts as much less as there are more of them.
    const heavy = {
      ...shapes[0]!,
      likelihood: { kind: 'classification' as const, weights: classWeightsOf(weights, dataset())!.map(w => w * scale) },
    };
    const [own, other, plain] = await Promise.all(
      [heavy, shapes[1]!, shapes[2]!].map(model => posteriorParetoShape(keyOf(3), model, moments)),
    );
    expect(own).toBeCloseTo(other!, 3);
    expect(Math.abs(plain! - own!)).toBeGreaterThan(0.01);
  });

  test('in a chain that runs in another process', () => {
    const options = posteriorSchema.parse({ method: 'nuts', classWeights: weights });
    if (options.method !== 'nuts') throw new Error('nuts');
    const task = structuredClone(chainTask(keyOf(1), weighted, options, 0));
    expect(buildModel(task.layers, task.options, task.data).likelihood).toEqual(weighted.likelihood);
  });
});

const hardware = trainingHardware(devices['oxram-hfo2']!, { time: 6 });
const steps = { epochs: 60, rate: 0.05 };
const short: Record<keyof typeof methods, object> = {
  map: steps,
  'mean-field': { ...steps, samples: 4 },
  'hardware-aware': { ...steps, samples: 4, limit: 3 },
  'device-tied': { ...steps, limit: 3 },
  nuts: { chains: 1, warmup: 60, draws: 40 },
  hmc: { chains: 1, warmup: 60, draws: 40 },
  sgld: { epochs: 60 },
  sghmc: { epochs: 60 },
  ensemble: { ...steps, members: 2 },
  laplace: { ...steps, weights: 'last-layer' },
  dropout: steps,
  bernoulli: { epochs: 60 },
};

test.each(Object.keys(short) as (keyof typeof methods)[])(
  '%s thinks more of rare classes, and says how they counted',
  async name => {
    const trained = async (classWeights: number) => {
      const options = posteriorSchema.parse({ method: name, ...short[name], classWeights });
      const model = buildModel(['dense 8 tanh', 'dense 3'], options, dataset());
      const { posterior } = await trainPosterior(keyOf(3), model, options, { hardware });
      return { model, posterior };
    };
    const [plain, balanced] = await Promise.all([trained(0), trained(1)]);
    expect(plain.posterior.info.classWeights).toBeUndefined();
    expect(balanced.posterior.info.classWeights).toEqual([0.5, 1.5, 3].map(w => expect.closeTo(w, 9)));
    // Shares of predictions move from 2/3, 2/9 and 1/9 towards thirds.
    expect(shares(balanced)[0]).toBeLessThan(shares(plain)[0]! - 0.05);
  },
);

/** Mean predicted probability of each class over the training rows. */
function shares({ model, posterior }: { readonly model: Model; readonly posterior: Posterior }): number[] {
  const [draws, rows] = [30, model.train.count];
  const out = new Float32Array(draws * rows * 3);
  model.network.predict(out, drawWeights(keyOf(4), posterior, draws), draws, model.train.inputs, rows);
  kernels().logSoftmax(out, out, draws * rows, 3);
  return [0, 1, 2].map(
    c => out.filter((_, i) => i % 3 === c).reduce((sum, log) => sum + Math.exp(log), 0) / (draws * rows),
  );
}

test('calibration by simulation has no use for them', async () => {
  await expect(
    simulationCalibration(keyOf(1), modelWith(0.5), posteriorSchema.parse({ method: 'map' }), { runs: 1 }),
  ).rejects.toThrow(
    'posterior.classWeights: make another likelihood than the one that answers are drawn from; leave it out for simulation-based calibration.',
  );
});

import { expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import { buildModel, logDensity, posteriorSchema } from '../../src/bayes/index.ts';
import { MinibatchGradient } from '../../src/bayes/minibatch-gradient.ts';
import { logNoisePrior } from '../../src/bayes/model.ts';
import { Batches, cosineRate } from '../../src/bayes/optimise.ts';
import { lossInPieces } from '../../src/bayes/predictive-loss.ts';
import { ExpectedLoss } from '../../src/bayes/variational.ts';
import { keyOf } from '../../src/random/index.ts';
import { derivative } from '../support/finite-differences.ts';
import { normals } from '../support/normals.ts';

/** Rows whose inputs, labels and targets tell their number. */
function numbered(count: number, task: 'classification' | 'regression' = 'regression') {
  const inputs = Float32Array.from({ length: 2 * count }, (_, i) => Math.sin(i));
  const train = {
    count,
    inputs,
    labels: task === 'classification' ? Int32Array.from({ length: count }, (_, i) => i % 2) : new Int32Array(0),
    targets: task === 'regression' ? Float32Array.from({ length: count }, (_, i) => Math.cos(i)) : new Float32Array(0),
  };
  const validation = { ...train, count: 0 };
  return { task, inputShape: [2], outputNames: task === 'regression' ? ['y'] : ['a', 'b'], train, validation };
}
const options = posteriorSchema.parse({ method: 'map', prior: { std: 0.7 } });
const regression = (count: number) => buildModel(['dense 3 tanh', 'linear 1'], options, numbered(count));

test('an epoch takes every row once, in another order each time, and copies come with their answers', () => {
  const model = regression(12);
  const batches = new Batches(keyOf(1), model, 4, 2, 'f64');
  expect([batches.rows, batches.perEpoch]).toEqual([4, 3]);
  const orders = [0, 1].map(epoch => {
    const seen: number[] = [];
    for (let step = 3 * epoch; step < 3 * epoch + 3; step++) {
      batches.load(step);
      for (let i = 0; i < 8; i++) {
        const row = model.train.targets.indexOf(batches.targets[i]!);
        if (i < 4) seen.push(row);
        else expect(batches.targets[i]).toBe(batches.targets[i - 4]);
        expect([...batches.inputs.subarray(2 * i, 2 * i + 2)]).toEqual([
          ...model.train.inputs.subarray(2 * row, 2 * row + 2),
        ]);
      }
    }
    return seen;
  });
  for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual([...Array(12).keys()]);
  expect(orders[0]).not.toEqual(orders[1]);
});

test('gradients of minibatches are those of the density, on average over an epoch', () => {
  for (const model of [
    regression(12),
    buildModel(['dense 3 tanh', 'dense 2'], options, numbered(12, 'classification')),
  ]) {
    const at = normals(3, model.size, 0.5);
    const exact = new Float64Array(model.size);
    const value = logDensity(model).evaluate(exact, at);
    const minibatch = new MinibatchGradient(keyOf(2), model, 4, 'f64');
    minibatch.weights.set(at);
    const mean = new Float64Array(model.size);
    let objective = 0;
    for (let step = 0; step < 3; step++) {
      objective += minibatch.evaluate(step) / 3;
      for (let i = 0; i < mean.length; i++) mean[i]! += minibatch.gradient[i]! / 3;
    }
    expect(objective).toBeCloseTo(-value, 10);
    mean.forEach((g, i) => {
      expect(g).toBeCloseTo(-exact[i]!, 10);
    });
  }
});

test.each(['expected', 'predictive'] as const)('the %s loss of certain weights is the likelihood', objective => {
  const model = regression(12);
  const at = normals(3, model.size, 0.5);
  const exact = new Float64Array(model.size);
  let value = logDensity(model).evaluate(exact, at);
  const prior = new Float64Array(model.size);
  value -= model.prior.add(prior, at);
  const settings = { batch: 4, samples: 5, precision: 'f64', objective } as const;
  const expected = new ExpectedLoss(keyOf(2), model, settings);
  expected.mean.set(at.subarray(0, model.network.size));
  expected.logNoise.set(at.subarray(model.network.size));
  let loss = 0;
  const mean = new Float64Array(model.size);
  for (let step = 0; step < 3; step++) {
    loss += expected.evaluate(step) / 3;
    expected.meanGradient.forEach((g, i) => {
      mean[i]! += g / 3;
    });
    expected.logNoiseGradient.forEach((g, i) => {
      mean[model.network.size + i]! += g / 3;
    });
  }
  expect(loss).toBeCloseTo(-value, 10);
  mean.forEach((g, i) => {
    expect(g).toBeCloseTo(prior[i]! - exact[i]!, 10);
  });
});

test('the prior of learned noise is a half-normal of σ, as a density of ln σ', () => {
  let total = 0;
  let half = 0;
  const step = 1e-3;
  for (let x = -14; x < 4; x += step) {
    const mass = step * Math.exp(logNoisePrior(null, Float64Array.of(x), 0, 1));
    total += mass;
    // scipy.stats.halfnorm.ppf(0.5) = 0.6744897501960817
    if (Math.exp(x) < 0.6744897501960817) half += mass;
  }
  expect(total).toBeCloseTo(1, 4);
  expect(half).toBeCloseTo(0.5, 3);
  const logStd = Float64Array.of(9, -0.4, 0.3);
  const gradient = new Float64Array(3);
  logNoisePrior(gradient, logStd, 1, 2);
  for (const i of [0, 1, 2]) {
    expect(gradient[i]).toBeCloseTo(
      derivative(logStd, i, 1e-6, () => logNoisePrior(null, logStd, 1, 2)),
      8,
    );
  }
});

test('data beyond one block of rows counts whole', () => {
  const count = 9001;
  const whole = regression(count);
  const at = normals(4, whole.size, 0.5);
  const likelihood = (model: typeof whole) => {
    const gradient = new Float64Array(model.size);
    const value = logDensity(model).evaluate(gradient, at);
    const prior = new Float64Array(model.size);
    const noise = logNoisePrior(prior, at, model.network.size, 1);
    return { value: value - model.prior.add(prior, at) - noise, gradient: gradient.map((g, i) => g - prior[i]!) };
  };
  const rows = (from: number, to: number) => {
    const { train } = whole;
    const inputs = train.inputs.subarray(2 * from, 2 * to);
    return { ...train, count: to - from, inputs, targets: train.targets.subarray(from, to) };
  };
  const cuts = [0, 100, 3000, 3001, 6000, count];
  const parts = cuts.slice(1).map((to, i) => likelihood({ ...whole, train: rows(cuts[i]!, to) }));
  const { value, gradient } = likelihood(whole);
  expect(parts.reduce((sum, part) => sum + part.value, 0) / value).toBeCloseTo(1, 10);
  gradient.forEach((g, i) => {
    expect(parts.reduce((sum, part) => sum + part.gradient[i]!, 0) / g).toBeCloseTo(1, 8);
  });
  const weights = Float32Array.from(normals(5, 3 * whole.network.size));
  const loss = (from: number, to: number) =>
    atOnce(lossInPieces(whole, weights, 3, rows(from, to), Float64Array.of(0.8))) * (to - from);
  const pieces = [0, 500, 1000, 1500, 2000, 2500].map(from => loss(from, from + 500));
  expect(pieces.reduce((a, b) => a + b, 0) / loss(0, 3000)).toBeCloseTo(1, 6);
});

test('step sizes fall by half a cosine', () => {
  expect([0, 50, 100].map(i => cosineRate(0.3, i, 100))).toEqual([0.3, 0.15, 0].map(x => expect.closeTo(x, 15)));
});

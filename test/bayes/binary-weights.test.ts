import { describe, expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import { buildModel, drawWeights, posteriorSchema, trainPosterior } from '../../src/bayes/index.ts';
import { lossInPieces } from '../../src/bayes/predictive-loss.ts';
import type { Split } from '../../src/data/index.ts';
import { fillNormal, fold, type Key, keyOf } from '../../src/random/index.ts';

describe('a linear model of signs with normal noise', () => {
  const [rows, size, magnitude] = [12, 6, 0.5];
  const truth = [1, -1, 1, 1, -1, 1];
  const x = fillNormal(keyOf(1), new Float64Array(rows * size));
  const noise = fillNormal(keyOf(2), new Float64Array(rows));
  const linear = (r: number, signs: readonly number[]) =>
    signs.reduce((total, s, i) => total + magnitude * s * x[size * r + i]!, 0);
  const y = noise.map((e, r) => linear(r, truth) + e);
  const train: Split = {
    count: rows,
    inputs: Float32Array.from(x),
    targets: Float32Array.from(y),
    labels: new Int32Array(0),
  };
  const data = {
    task: 'regression' as const,
    inputShape: [size],
    outputNames: ['y'],
    train,
    validation: { ...train, count: 0 },
  };
  // Independent signs that maximise the evidence lower bound: squares of signs are 1, so the expected loss is linear in
  // each mean tanh λ and the fixed point is λ_i = m Σ_r x_ri (y_r − Σ_{j≠i} m x_rj tanh λ_j)/σ², here by Gauss–Seidel.
  const lambda = new Array<number>(size).fill(0);
  for (let pass = 0; pass < 200; pass++) {
    for (let i = 0; i < size; i++) {
      const others = lambda.map((l, j) => (j === i ? 0 : Math.tanh(l)));
      lambda[i] = y.reduce(
        (total, target, r) => total + magnitude * x[size * r + i]! * (target - linear(r, others)),
        0,
      );
    }
  }
  const best = lambda.map(l => 1 / (1 + Math.exp(-2 * l)));
  const farthest = async (fields: object) => {
    const options = posteriorSchema.parse({ method: 'bernoulli', magnitude, noise: 1, epochs: 8000, ...fields });
    const { posterior } = await trainPosterior(keyOf(1), buildModel(['linear 1 bias=false'], options, data), options);
    if (posterior.kind !== 'bernoulli') throw new Error('expected signs');
    return Math.max(...best.map((p, i) => Math.abs(posterior.probability[i]! - p)));
  };

  test('natural gradients find the best independent signs as the relaxation vanishes', async () => {
    expect(await farthest({ relaxation: 0.05, rate: 0.01 })).toBeLessThan(0.07);
    expect(await farthest({})).toBeLessThan(0.15);
  });

  test('straight-through gradients end nearer to one half', async () => {
    expect(await farthest({ estimator: 'straight-through' })).toBeGreaterThan(0.2);
  });
});

describe('five layers of binary weights', () => {
  const teach = (key: Key, count: number): Split => {
    const inputs = fillNormal(key, new Float32Array(8 * count));
    const largest = (four: Float32Array) => four.indexOf(Math.max(...four));
    const labels = Int32Array.from({ length: count }, (_, r) => largest(inputs.subarray(8 * r, 8 * r + 4)));
    return { count, inputs, labels, targets: new Float32Array(0) };
  };
  const data = {
    task: 'classification' as const,
    inputShape: [8],
    outputNames: ['first', 'second', 'third', 'fourth'],
    train: teach(fold(keyOf(3), 'train'), 600),
    validation: teach(fold(keyOf(3), 'validation'), 400),
  };
  const hidden = Array.from({ length: 4 }, () => ['dense 48 bias=false', 'groupnorm 1 relu']).flat();

  // Guessing costs ln 4 = 1.39 nats.
  test.each(['natural-gradient', 'straight-through'])('learn by %s', async estimator => {
    const options = posteriorSchema.parse({ method: 'bernoulli', estimator, temperature: 0.1, epochs: 40, batch: 50 });
    const model = buildModel([...hidden, 'dense 4 bias=false'], options, data);
    const { posterior } = await trainPosterior(keyOf(4), model, options);
    expect(atOnce(lossInPieces(model, drawWeights(keyOf(5), posterior, 32), 32, data.validation))).toBeLessThan(0.7);
  });
});

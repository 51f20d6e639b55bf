import { describe, expect, test } from 'vitest';
import {
  bestPoint,
  buildModel,
  drawWeights,
  marginals,
  methods,
  type Posterior,
  posteriorMean,
  posteriorSchema,
  posteriorStd,
} from '../../src/bayes/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { ofKind } from '../support/model.ts';
import { normals } from '../support/normals.ts';
import { moonsData } from './moons.ts';

const size = 4;
const common = { method: 'x', parameters: [], size, info: {} };
const magnitude = Float32Array.of(0.5, 1, 2, 0.1);
const probability = Float32Array.of(0.1, 0.5, 0.8, 1);
const posteriors: Posterior[] = [
  { ...common, kind: 'point', mean: Float32Array.of(1, -2, 3, 0) },
  { ...common, kind: 'moments', mean: Float32Array.of(1, -2, 3, 0), std: Float32Array.of(0.5, 1, 0, 2) },
  {
    ...common,
    kind: 'bernoulli',
    magnitude,
    probability,
    mean: magnitude.map((m, i) => m * (2 * probability[i]! - 1)),
  },
  { ...common, kind: 'samples', count: 20_000, chains: 4, best: 2, samples: Float32Array.from(normals(1, 80_000)) },
];

test.each(posteriors)('draws of $kind from a later one on are those of all, also where there are pieces', posterior => {
  const count = 400_003;
  const all = drawWeights(keyOf(2), posterior, count);
  for (const first of [1, 2, 262_143, 400_000]) {
    const some = drawWeights(keyOf(2), posterior, 3, first);
    expect(some).toEqual(all.slice(first * size, (first + 3) * size));
  }
});

test.each(posteriors)('draws of $kind have its mean and spread', posterior => {
  const count = 20_000;
  const draws = drawWeights(keyOf(2), posterior, count);
  const [mean, std] = [posteriorMean(posterior), posteriorStd(posterior)];
  for (let i = 0; i < size; i++) {
    const column = draws.filter((_, at) => at % size === i);
    const found = column.reduce((a, b) => a + b, 0) / count;
    const spread = Math.sqrt(column.reduce((a, b) => a + (b - found) ** 2, 0) / count);
    expect(Math.abs(found - mean[i]!)).toBeLessThanOrEqual((4 * std[i]!) / Math.sqrt(count) + 1e-6);
    expect(Math.abs(spread - std[i]!)).toBeLessThanOrEqual(0.03 * std[i]! + 1e-6);
  }
});

test.each(posteriors)('the posterior of some weights of $kind has their means, spreads and best point', posterior => {
  const chosen = [3, 1];
  const some = marginals(posterior, chosen);
  expect(some.size).toBe(2);
  for (const of of [posteriorMean, posteriorStd, bestPoint]) {
    expect(of(some)).toEqual(Float32Array.from(chosen, w => of(posterior)[w]!));
  }
});

test('the one good vector is the mean, the likelier signs or the best draw', () => {
  const best = posteriors.map(posterior => [...bestPoint(posterior)]);
  expect(best[0]).toEqual([1, -2, 3, 0]);
  expect(best[1]).toEqual([1, -2, 3, 0]);
  expect(best[2]).toEqual([...Float32Array.of(-0.5, 1, 2, 0.1)]);
  expect(best[3]).toEqual([...ofKind(posteriors[3]!, 'samples').samples.subarray(2 * size, 3 * size)]);
});

describe('dropout', () => {
  const data = moonsData(4, 64, 10);
  const share = 0.3;

  test('masks anew in every step of training', () => {
    const options = methods.dropout.schema.parse({ method: 'dropout', epochs: 10, rate: 1e-12, share });
    const training = methods.dropout.start(
      keyOf(3),
      buildModel(['dense 6 tanh', 'dense 2'], options, data),
      options,
      {},
    );
    const losses = Array.from({ length: training.steps }, (_, i) => training.step(i).loss!);
    expect(new Set(losses.map(loss => loss.toPrecision(5))).size).toBeGreaterThan(8);
  });

  test.each(['units', 'connections', 'scale'] as const)(
    'draws: masks of %s have a mean of one and leave the first layer',
    kind => {
      const options = posteriorSchema.parse({ method: 'dropout', epochs: 3, draws: 4000, share, kind });
      const model = buildModel(['dense 6 tanh', 'dense 2'], options, data);
      const training = methods.dropout.start(keyOf(3), model, options as never, {});
      for (let i = 0; i < training.steps; i++) training.step(i);
      const weights = training.save().arrays.weights!;
      const { samples, count } = ofKind(training.finish(), 'samples');
      const { weight } = model.network.matrices[1]!;
      const columns = weight.shape[1]!;
      const low = kind === 'scale' ? 0.5 : 0;
      const mean = 1 - share + share * low;
      let masked = 0;
      /** The most by which factors are off, differ in a row, and differ between rows. */
      const most = { off: 0, inRow: 0, ofRows: 0, ofFirst: 0 };
      for (let s = 0; s < count; s++) {
        const factor = (i: number) => samples[s * model.network.size + i]! / weights[i]!;
        const rows = Array.from({ length: 6 }, (_, r) => factor(weight.offset + r * columns));
        rows.forEach((f, r) => {
          const down = f < 0.8;
          most.off = Math.max(most.off, Math.abs(f - (down ? low : 1) / mean));
          most.inRow = Math.max(most.inRow, Math.abs(f - factor(weight.offset + r * columns + 1)));
          if (down) masked += 1 / (6 * count);
        });
        most.ofRows = Math.max(most.ofRows, Math.max(...rows) - Math.min(...rows));
        most.ofFirst = Math.max(most.ofFirst, Math.abs(factor(0) - 1));
      }
      expect(most.off).toBeLessThan(5e-5);
      if (kind !== 'connections') expect(most.inRow).toBeLessThan(5e-5);
      if (kind === 'scale') expect(most.ofRows).toBeLessThan(1e-4);
      expect(most.ofFirst).toBe(0);
      // Four standard errors of a share of 0.3 in as many draws as there are masks.
      const draws = kind === 'units' ? 6 * count : count;
      expect(Math.abs(masked - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / draws));
    },
  );
});

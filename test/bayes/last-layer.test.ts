import { expect, test } from 'vitest';
import {
  buildModel,
  logDensity,
  posteriorSchema,
  type SamplePosterior,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { ofKind } from '../support/model.ts';
import { moonsData } from './moons.ts';

const data = moonsData(4, 60, 10);
const layers = ['dense 3 tanh', 'dense 2'];
const sizes = { hidden: 9, size: 17 };

/** Covariance of the last layer's weights over draws, [8, 8]. */
function covariance({ samples, count, size }: SamplePosterior): number[][] {
  const from = sizes.hidden;
  const at = (s: number, i: number) => samples[s * size + from + i]!;
  const width = size - from;
  const places = Array.from({ length: width }, (_, i) => i);
  const mean = places.map(i => Array.from({ length: count }, (_, s) => at(s, i)).reduce((a, b) => a + b, 0) / count);
  return places.map(i =>
    places.map(j => {
      let sum = 0;
      for (let s = 0; s < count; s++) sum += (at(s, i) - mean[i]!) * (at(s, j) - mean[j]!);
      return sum / count;
    }),
  );
}

test('the Laplace approximation of a softmax’s last layer has the curvature that its density has by differences', async () => {
  const options = posteriorSchema.parse({
    method: 'laplace',
    weights: 'last-layer',
    precision: 'double',
    epochs: 600,
    draws: 20_000,
  });
  const model = buildModel(layers, options, data);
  const posterior = ofKind((await trainPosterior(keyOf(8), model, options)).posterior, 'samples');
  const { samples, size, count } = posterior;
  expect(size).toBe(sizes.size);
  // The hidden layer is the same in every draw.
  for (let s = 0; s < count; s += 997) {
    for (let i = 0; i < sizes.hidden; i++) expect(samples[s * size + i]).toBe(samples[i]);
  }
  // In the weights of the last layer a softmax is a linear model: the Gauss–Newton matrix is the Hessian of −log p.
  const center = new Float64Array(size);
  for (let s = 0; s < count; s++) for (let i = 0; i < size; i++) center[i]! += samples[s * size + i]! / count;
  const density = logDensity(model);
  const gradientAt = (i: number, step: number) => {
    const gradient = new Float64Array(size);
    const moved = center.slice();
    moved[i]! += step;
    density.evaluate(gradient, moved);
    return gradient;
  };
  const found = covariance(posterior);
  const width = size - sizes.hidden;
  const product = (row: number, column: number) => {
    let sum = 0;
    for (let k = 0; k < width; k++) {
      const [up, down] = [1e-4, -1e-4].map(step => gradientAt(sizes.hidden + row, step)[sizes.hidden + k]!);
      sum += -((up! - down!) / 2e-4) * found[k]![column]!;
    }
    return sum;
  };
  // Hessian times covariance is the identity, to what 20,000 draws leave.
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) expect(Math.abs(product(i, j) - (i === j ? 1 : 0)), `${i} ${j}`).toBeLessThan(0.2);
  }
});

test('dropout of the last layer leaves the others as they are', async () => {
  const deep = ['dense 3 tanh', 'dense 4 tanh', 'dense 2'];
  const draws = async (where: 'all' | 'last') => {
    const options = posteriorSchema.parse({ method: 'dropout', layers: where, share: 0.5, epochs: 2, draws: 40 });
    return ofKind((await trainPosterior(keyOf(1), buildModel(deep, options, data), options)).posterior, 'samples');
  };
  const differing = ({ samples, size, count }: SamplePosterior, from: number, to: number) => {
    for (let s = 1; s < count; s++)
      for (let i = from; i < to; i++) if (samples[s * size + i] !== samples[i]) return true;
    return false;
  };
  // 2·3 + 3, 3·4 + 4, 4·2 + 2 weights.
  const [all, last] = [await draws('all'), await draws('last')];
  expect([differing(all, 0, 9), differing(all, 9, 25), differing(all, 25, 35)]).toEqual([false, true, true]);
  expect([differing(last, 0, 9), differing(last, 9, 25), differing(last, 25, 35)]).toEqual([false, false, true]);
});

import { describe, expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import { drawWeights, type Posterior } from '../../src/bayes/index.ts';
import { lossInPieces } from '../../src/bayes/predictive-loss.ts';
import type { Network } from '../../src/network/index.ts';
import { trainingRecord } from '../../src/pipeline/index.ts';
import { foldPosterior, networkGiven, networkOf } from '../../src/pipeline/network-of.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { subjectFor } from './support.ts';

const statistics = {
  kind: 'batchnorm',
  mean: [0.2, -0.4, 0.1],
  variance: [2, 0.5, 1],
  scale: [1.5, -0.7, 1],
  shift: [0.1, 0.3, 0],
};
const subjectWith = async (
  method: string,
  layers: unknown[] = ['dense 3', { ...statistics, activation: 'tanh' }, 'dense 2'],
) => {
  const subject = await subjectFor({
    data: { source: 'two-moons', train: 20, validation: 20, test: 20 },
    network: { layers },
    posterior: { method },
  });
  return { ...subject, folded: networkOf(networkGiven(subject.design), subject.data).folded };
};

const outputs = (network: Network, weights: Float32Array, samples: number, inputs: Float32Array) => {
  const out = new Float32Array(samples * 20 * network.outputs);
  network.predict(out, weights, samples, inputs, 20);
  return out;
};

describe('batch normalisation on arrays', () => {
  test('is in what training is judged by', async () => {
    const found = await subjectWith('map');
    const { model, data } = found;
    const { parameters, size } = model.network;
    const mean = fillNormal(keyOf(3), new Float32Array(size));
    const record = trainingRecord(found, { kind: 'point', method: 'map', parameters, size, mean, info: {} });
    expect(record.validation!.nll).toBeCloseTo(atOnce(lossInPieces(model, mean, 1, data.validation)), 5);
  });

  test('stands in the layer before, and the folded posterior predicts the same', async () => {
    const { model, network, folded, data } = await subjectWith('mean-field');
    expect(model.network.layers.map(layer => layer.kind)).toEqual(['dense', 'batchnorm', 'dense']);
    expect(network.layers.map(layer => layer.kind)).toEqual(['dense', 'dense']);
    const { parameters, size } = model.network;
    const common = { method: 'x', parameters, size, info: {} };
    const samples = fillNormal(keyOf(1), new Float32Array(4 * size));
    const mean = samples.subarray(0, size);
    const posteriors: Posterior[] = [
      { ...common, kind: 'point', mean },
      { ...common, kind: 'moments', mean, std: new Float32Array(size) },
      { ...common, kind: 'samples', count: 4, chains: 1, best: 2, samples },
    ];
    for (const posterior of posteriors) {
      const before = outputs(model.network, drawWeights(keyOf(2), posterior, 4), 4, data.test.inputs);
      const after = outputs(network, drawWeights(keyOf(2), foldPosterior(posterior, folded!), 4), 4, data.test.inputs);
      for (let i = 0; i < before.length; i++) expect(Math.abs(after[i]! - before[i]!)).toBeLessThan(1e-5);
    }
  });

  test('stays digital behind signs, behind training that counts on the device, and where it follows no weights', async () => {
    for (const { network, folded } of [
      await subjectWith('bernoulli'),
      await subjectWith('device-tied'),
      await subjectWith('map', ['dense 3 relu', statistics, 'dense 2']),
    ]) {
      expect(network.layers.map(layer => layer.kind)).toEqual(['dense', 'batchnorm', 'dense']);
      expect(folded === undefined || folded.network === network).toBe(true);
    }
    expect((await subjectWith('map', ['dense 3 tanh', 'dense 2'])).folded).toBeUndefined();
  });
});

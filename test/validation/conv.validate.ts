import { expect, test } from 'vitest';
import { buildModel, drawWeights, posteriorSchema, trainPosterior } from '../../src/bayes/index.ts';
import { dataSchema, loadDataset } from '../../src/data/index.ts';
import { kernels } from '../../src/kernels/index.ts';
import { presetLayers } from '../../src/network/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { nodeFiles } from '../../src/run/files.ts';

/** A folder of data sets given by POSTEROHM_DATA. */
const folder = process.env.POSTEROHM_DATA;

const epochs = 10;
const samples = 20;

test.skipIf(!folder)('LeNet-5 by mean field on 8,000 digits: accuracy on 1,500 others, seconds per epoch', async () => {
  const data = dataSchema.parse({
    source: 'idx',
    images: 'mnist/t10k-images-idx3-ubyte.gz',
    labels: 'mnist/t10k-labels-idx1-ubyte.gz',
    flatten: false,
    train: 8000,
    validation: 500,
    test: 1500,
  });
  const dataset = await loadDataset(keyOf(1), data, nodeFiles(folder!));
  const fields = { method: 'mean-field', epochs, batch: 128, rate: 0.003, initialStd: 0.02, prior: { std: 0.2 } };
  const options = posteriorSchema.parse(fields);
  const model = buildModel(presetLayers('lenet-5', 10), options, dataset);
  const start = performance.now();
  const { posterior } = await trainPosterior(keyOf(1), model, options);
  const perEpoch = (performance.now() - start) / 1000 / epochs;
  const { test: unseen } = dataset;
  const out = new Float32Array(samples * unseen.count * 10);
  model.network.predict(out, drawWeights(keyOf(2), posterior, samples), samples, unseen.inputs, unseen.count);
  const math = kernels();
  math.logSoftmax(out, out, samples * unseen.count, 10);
  math.unary('exp', out, out);
  let right = 0;
  let surprise = 0;
  for (let i = 0; i < unseen.count; i++) {
    const mean = new Float64Array(10);
    for (let s = 0; s < samples; s++) {
      for (let j = 0; j < 10; j++) mean[j]! += out[(s * unseen.count + i) * 10 + j]! / samples;
    }
    surprise -= Math.log(mean[unseen.labels[i]!]!) / unseen.count;
    if (mean.indexOf(Math.max(...mean)) === unseen.labels[i]) right++;
  }
  const accuracy = right / unseen.count;
  console.log(
    `LeNet-5, mean field, ${epochs} epochs: accuracy ${accuracy}, NLL ${surprise.toFixed(3)}, ${perEpoch.toFixed(1)} s per epoch (${math.name})`,
  );
  expect(accuracy).toBeGreaterThan(0.96);
  expect(surprise).toBeLessThan(0.15);
  if (math.name === 'native') expect(perEpoch).toBeLessThan(15);
});

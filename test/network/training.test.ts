import { describe, expect, test } from 'vitest';
import { buildModel, drawWeights, methods, posteriorSchema, type StepMethod } from '../../src/bayes/index.ts';
import { presetLayers } from '../../src/network/index.ts';
import { fillNormal, fillUniform, fold, keyOf } from '../../src/random/index.ts';

const side = 14;
const classes = 4;

/** Images of one bar, horizontal, vertical or along a diagonal, anywhere, under noise of a fifth of its brightness. */
function bars(seed: number, count: number) {
  const inputs = fillNormal(fold(keyOf(seed), 'noise'), new Float32Array(count * side * side)).map(z => 0.3 * z);
  const places = fillUniform(fold(keyOf(seed), 'places'), new Float32Array(2 * count));
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const steps = [
    [0, 1],
    [1, 0],
    [1, 1],
    [1, -1],
  ] as const;
  for (let i = 0; i < count; i++) {
    const [down, right] = steps[labels[i]!]!;
    const y = 3 + Math.floor(places[2 * i]! * (side - 6));
    const x = 3 + Math.floor(places[2 * i + 1]! * (side - 6));
    for (let k = -3; k <= 3; k++) inputs[(i * side + y + k * down) * side + x + k * right]! += 1.5;
  }
  return { count, inputs, labels, targets: new Float32Array(0) };
}

const train = bars(1, 400);
const unseen = bars(2, 400);
const dataset = {
  task: 'classification' as const,
  inputShape: [side, side],
  outputNames: ['-', '|', '\\', '/'],
  train,
  validation: { ...train, count: 0 },
};

const prior = { std: 0.3 };

/** Share of unseen images that the mean logit of `samples` draws gets right, after training. */
function accuracy(layers: readonly string[], fields: object, samples: number): number {
  const options = posteriorSchema.parse({ batch: 40, ...fields });
  const model = buildModel(layers, options, dataset);
  const training = (methods[options.method] as StepMethod).start(keyOf(1), model, options, {});
  for (let i = 0; i < training.steps; i++) training.step(i);
  const posterior = training.finish();
  const out = new Float32Array(samples * unseen.count * classes);
  model.network.predict(out, drawWeights(keyOf(2), posterior, samples), samples, unseen.inputs, unseen.count);
  let right = 0;
  for (let i = 0; i < unseen.count; i++) {
    const mean = new Float64Array(classes);
    for (let s = 0; s < samples; s++) {
      for (let j = 0; j < classes; j++) mean[j]! += out[(s * unseen.count + i) * classes + j]!;
    }
    if (mean.indexOf(Math.max(...mean)) === unseen.labels[i]) right++;
  }
  return right / unseen.count;
}

describe('convolutional networks learn', { timeout: 240_000 }, () => {
  test('bars by LeNet-5, maximum a posteriori', () => {
    expect(
      accuracy(presetLayers('lenet-5', classes), { method: 'map', prior, epochs: 25, rate: 0.003 }, 1),
    ).toBeGreaterThan(0.9);
  });

  test('bars by LeNet-5, mean field', () => {
    const fields = { method: 'mean-field', prior, epochs: 18, rate: 0.005, initialStd: 0.01, temperature: 0.02 };
    expect(accuracy(presetLayers('lenet-5', classes), fields, 20)).toBeGreaterThan(0.9);
  });

  test('bars by a residual network with group normalisation, mean field', () => {
    const layers = [
      'conv2d 8 3 padding=same stride=2',
      'groupnorm 2 relu',
      'residual [conv2d 12 3 padding=1 stride=2, groupnorm 2 relu, conv2d 12 3 padding=same, groupnorm 2] relu',
      'avgpool all',
      `dense ${classes}`,
    ];
    const fields = { method: 'mean-field', prior, epochs: 24, rate: 0.03, initialStd: 0.02, temperature: 0.03 };
    expect(accuracy(layers, fields, 20)).toBeGreaterThan(0.9);
  });

  test.each(['natural-gradient', 'straight-through'])('bars by a small VGGBinaryConnect, %s', estimator => {
    const norm = 'groupnorm 1 relu';
    const stages = [8, 16].flatMap(channels => {
      const convolution = `conv2d ${channels} 3 padding=1 bias=false`;
      return [convolution, norm, convolution, 'maxpool 2', norm];
    });
    const layers = [...stages, 'dense 32 bias=false', norm, `dense ${classes} bias=false`];
    const fields = { method: 'bernoulli', estimator, epochs: 30, temperature: 0.1 };
    expect(accuracy(layers, fields, 8)).toBeGreaterThan(0.9);
  });
});

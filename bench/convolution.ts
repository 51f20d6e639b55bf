import { buildModel, methods, posteriorSchema } from '../src/bayes/index.ts';
import { kernels } from '../src/kernels/index.ts';
import { buildNetwork, presetLayers } from '../src/network/index.ts';
import { fillNormal, fillUniform, keyOf } from '../src/random/index.ts';

/** Random images of one channel, four fifths of them dark, and ten classes. */
function images(count: number, inputShape: readonly number[]) {
  const size = inputShape.reduce((product, n) => product * n, 1);
  const inputs = fillUniform(keyOf(1), new Float32Array(count * size)).map(u => Math.max(0, u - 0.8));
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  const train = { count, inputs, labels, targets: new Float32Array(0) };
  const outputNames = Array.from({ length: 10 }, (_, i) => String(i));
  return { task: 'classification' as const, inputShape, outputNames, train, validation: { ...train, count: 0 } };
}

/** Seconds of an epoch of `rows` rows, from the steps of a smaller split: the median of three rounds. */
function epoch(
  preset: string,
  method: 'mean-field' | 'map',
  inputShape: readonly number[],
  { rows, batch, steps }: { rows: number; batch: number; steps: number },
): number {
  const options = posteriorSchema.parse({ method, epochs: 100, batch });
  const model = buildModel(presetLayers(preset, 10), options, images(batch * 4, inputShape));
  const training = methods[method].start(keyOf(1), model, options as never, {});
  let at = 0;
  for (; at < 2; at++) training.step(at);
  const rounds = Array.from({ length: 3 }, () => {
    const start = performance.now();
    for (let i = 0; i < steps; i++) training.step(at++);
    return ((performance.now() - start) / 1000 / steps) * (rows / batch);
  });
  return rounds.sort((a, b) => a - b)[1]!;
}

/** Milliseconds to predict 1,000 digits by LeNet-5 with 10 weight samples. */
function prediction(): number {
  const network = buildNetwork(presetLayers('lenet-5', 10), [1, 28, 28]);
  const weights = fillNormal(keyOf(1), new Float32Array(10 * network.size)).map(w => 0.05 * w);
  const inputs = fillUniform(keyOf(2), new Float32Array(1000 * 784));
  const out = new Float32Array(10 * 1000 * 10);
  const rounds = Array.from({ length: 4 }, () => {
    const start = performance.now();
    network.predict(out, weights, 10, inputs, 1000);
    return performance.now() - start;
  });
  return rounds.slice(1).sort((a, b) => a - b)[1]!;
}

export const convolution = {
  run() {
    kernels().setThreads(2);
    const native = kernels().name === 'native';
    const digits = { rows: 8000, batch: 128, steps: 12 };
    const meanField = epoch('lenet-5', 'mean-field', [1, 28, 28], digits);
    return [
      {
        name: 'LeNet-5 epoch, 8,000 digits, mean-field, two threads',
        value: meanField,
        unit: 's',
        goal: '≤ 15 s (native)',
        met: native ? meanField <= 15 : undefined,
      },
      { name: 'the same, MAP', value: epoch('lenet-5', 'map', [1, 28, 28], digits), unit: 's' },
      {
        name: 'ResNet-8, 1,000 images of 3×32×32, mean-field',
        value: epoch('resnet-8', 'mean-field', [3, 32, 32], { rows: 1000, batch: 64, steps: 2 }),
        unit: 's',
      },
      {
        name: 'small VGG, 1,000 images of 3×32×32, mean-field',
        value: epoch('vgg-small', 'mean-field', [3, 32, 32], { rows: 1000, batch: 64, steps: 2 }),
        unit: 's',
      },
      { name: 'LeNet-5 prediction, 1,000 digits, 10 samples', value: prediction(), unit: 'ms' },
    ];
  },
};

import { describe, expect, test } from 'vitest';
import { exportFormats, importPosterior, type Model, type Posterior } from '../../src/bayes/index.ts';
import { encodeNpz, encodeSafetensors, type NdArray, ndArray } from '../../src/data/index.ts';
import { sizeOf } from '../../src/tensor/index.ts';
import { modelOf } from '../support/model.ts';

/** sin(i + start) in single precision. */
const sines = (shape: readonly number[], start: number) =>
  ndArray(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i + start)),
  );

function logits({ network }: Model, posterior: Posterior, samples = 1): number[] {
  const count = 2;
  const inputs = Float32Array.from({ length: count * sizeOf(network.inputShape) }, (_, i) => Math.cos(i));
  const out = new Float32Array(samples * count * network.outputs);
  const weights = posterior.kind === 'samples' ? posterior.samples : posterior.mean;
  network.predict(out, weights, samples, inputs, count);
  return Array.from(out);
}

function closeTo(found: readonly number[], expected: readonly number[]) {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
}

/**
 * class Net(Module):
 *   stem = Conv2d(2, 4, 3, padding=1, bias=False); stem_bn = BatchNorm2d(4)
 *   conv1 = Conv2d(4, 6, 3, stride=2, padding=1, groups=2, bias=False); bn1 = BatchNorm2d(6)
 *   conv2 = Conv2d(6, 6, 3, padding=1); bn2 = BatchNorm2d(6)
 *   down = Sequential(Conv2d(4, 6, 1, stride=2, bias=False), BatchNorm2d(6)); fc = Linear(24, 3)
 *   def forward(self, x):
 *     x = relu(stem_bn(stem(x))); x = relu(bn2(conv2(relu(bn1(conv1(x))))) + down(x))
 *     return fc(max_pool2d(x, 2).flatten(1))
 * with entry i of tensor k of the state dictionary sin(i + k), of running variances 1 + sin(i + k)².
 */
const residual = [
  'conv2d 4 3 relu padding=1',
  'residual [conv2d 6 3 relu stride=2 padding=1 groups=2, conv2d 6 3 padding=1] relu',
  'maxpool 2',
  'dense 3',
];

function residualState(): Record<string, NdArray> {
  const norm = (name: string, channels: number) =>
    ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'].map(
      field => [`${name}.${field}`, [channels]] as const,
    );
  const shapes: ReadonlyArray<readonly [string, readonly number[]]> = [
    ['stem.weight', [4, 2, 3, 3]],
    ...norm('stem_bn', 4),
    ['conv1.weight', [6, 2, 3, 3]],
    ...norm('bn1', 6),
    ['conv2.weight', [6, 6, 3, 3]],
    ['conv2.bias', [6]],
    ...norm('bn2', 6),
    ['down.0.weight', [6, 4, 1, 1]],
    ...norm('down.1', 6),
    ['fc.weight', [3, 24]],
    ['fc.bias', [3]],
  ];
  return Object.fromEntries(
    shapes.map(([name, shape], k) => {
      const { data } = sines(shape, k);
      const squared = Float32Array.from(data as Float32Array, v => 1 + v * v);
      return [name, ndArray(shape, name.endsWith('running_var') ? squared : data)];
    }),
  );
}

/** net.eval().double()(cos(arange(2·2·9·7)).reshape(2, 2, 9, 7)), PyTorch 2.15. */
const residualLogits = [
  4.005827903686045, 3.7617110465184673, -0.5924353200051449, 3.880200719452328, 3.6705354802068566,
  -0.5441576519924467,
];

describe('a network of another tool says what it said there', () => {
  test('residual with groups, strides and batch normalisation, from PyTorch', () => {
    const model = modelOf(residual, [2, 9, 7], 3);
    const { posterior, report } = importPosterior(
      [{ name: 'net.safetensors', bytes: encodeSafetensors(residualState(), {}) }],
      model,
    );
    expect(posterior.kind).toBe('point');
    expect(report.map(({ name, from, batchNorm }) => [name, from, batchNorm])).toEqual([
      ['0.weight', 'stem.weight', 'stem_bn'],
      ['0.bias', '', 'stem_bn'],
      ['1.0.weight', 'conv1.weight', 'bn1'],
      ['1.0.bias', '', 'bn1'],
      ['1.1.weight', 'conv2.weight', 'bn2'],
      ['1.1.bias', 'conv2.bias', 'bn2'],
      ['1.shortcut.0.weight', 'down.0.weight', 'down.1'],
      ['3.weight', 'fc.weight', undefined],
      ['3.bias', 'fc.bias', undefined],
    ]);
    closeTo(logits(model, posterior), residualLogits);
  });

  test('every member of an ensemble with its own statistics', () => {
    const model = modelOf(residual, [2, 9, 7], 3);
    const state = residualState();
    const halved = {
      ...state,
      'fc.weight': ndArray(
        [3, 24],
        (state['fc.weight']!.data as Float32Array).map(v => v / 2),
      ),
    };
    const members = [state, halved].map((arrays, i) => ({ name: `m${i}.npz`, bytes: encodeNpz(arrays) }));
    const { posterior } = importPosterior(members, model);
    const found = logits(model, posterior, 2);
    closeTo(found.slice(0, 6), residualLogits);
    const bias = [26, 27, 28].map(Math.sin);
    closeTo(
      found.slice(6),
      residualLogits.map((v, i) => (v + bias[i % 3]!) / 2),
    );
  });

  test('signals with strides, group normalisation and pooling, from PyTorch', () => {
    // Sequential(Conv1d(2, 4, 5, stride=2, padding=2), Tanh(), GroupNorm(2, 4, affine=False), AvgPool1d(2), Flatten(),
    // Linear(16, 2)) with tensors as above, on cos(arange(32)).reshape(1, 2, 16)
    const model = modelOf(['conv1d 4 5 tanh stride=2 padding=2', 'groupnorm 2', 'avgpool 2', 'dense 2'], [2, 16], 2);
    const state = {
      '0.weight': sines([4, 2, 5], 0),
      '0.bias': sines([4], 1),
      '5.weight': sines([2, 16], 2),
      '5.bias': sines([2], 3),
    };
    const { posterior } = importPosterior([{ name: 'net.npz', bytes: encodeNpz(state) }], model);
    closeTo(logits(model, posterior).slice(0, 2), [1.476077934956078, -2.7149872603124017]);
  });

  test('kernels and batch normalisation of Keras, and the same under the names of Flax', () => {
    // Sequential([Conv2D(4, 3), BatchNormalization(), ReLU(), Flatten(), Dense(3)]) of Keras 3.15 with such tensors on
    // cos(arange(120)).reshape(2, 2, 6, 5) with channels last
    const model = modelOf(['conv2d 4 3 relu', 'dense 3'], [2, 6, 5], 3);
    const keras = {
      'sequential/conv1/kernel': sines([3, 3, 2, 4], 0),
      'sequential/conv1/bias': sines([4], 1),
      'sequential/bn1/gamma': sines([4], 2),
      'sequential/bn1/beta': sines([4], 3),
      'sequential/bn1/moving_mean': sines([4], 4),
      'sequential/bn1/moving_variance': ndArray([4], Float32Array.of(0.5, 1, 1.5, 2)),
      'sequential/fc/kernel': sines([48, 3], 10),
      'sequential/fc/bias': sines([3], 11),
    };
    const flax = Object.fromEntries(
      Object.entries(keras).map(([name, array]) => [
        name
          .replace(/^sequential\/(.*\/moving)/, 'batch_stats/$1')
          .replace(/^sequential/, 'params')
          .replace('gamma', 'scale')
          .replace('beta', 'bias')
          .replace('moving_mean', 'mean')
          .replace('moving_variance', 'var'),
        array,
      ]),
    );
    const expected = [
      -2.4476065635681152, 0.3304647207260132, 2.8047072887420654, -0.8782328963279724, -7.966350555419922,
      -7.730242729187012,
    ];
    const { posterior, format } = importPosterior([{ name: 'net.npz', bytes: encodeNpz(keras) }], model);
    expect(format).toBe('kernels');
    closeTo(logits(model, posterior), expected);
    // Keras adds .001 to variances, Flax .00001.
    const other = importPosterior([{ name: 'net.npz', bytes: encodeNpz(flax) }], model).posterior;
    expect(Math.abs(logits(model, other)[0]! - expected[0]!)).toBeGreaterThan(1e-4);
    const same = importPosterior([{ name: 'net.npz', bytes: encodeNpz(flax) }], model, { epsilon: 1e-3 }).posterior;
    closeTo(logits(model, same), expected);
  });

  // h = relu(lax.conv_general_dilated(x.transpose(0, 2, 3, 1), sin(arange(48)).reshape(3, 2, 2, 4), (1, 1), 'VALID',
  //   dimension_numbers=('NHWC', 'HWIO', 'NHWC')) + sin(arange(4) + 1))
  // h.reshape(2, 64) @ sin(arange(192) + 2).reshape(64, 3) + sin(arange(3) + 3), x = cos(arange(120)).reshape(2, 2, 6, 5);
  // then relu(lax.conv(x, sin(arange(48)).reshape(4, 2, 3, 2), (1, 1), 'VALID') + …[:, None, None]) likewise; JAX 0.10
  const jax: ReadonlyArray<readonly [name: string, kernel: readonly number[], expected: readonly number[]]> = [
    [
      'channels last',
      [3, 2, 2, 4],
      [
        1.6548685495673523, 0.9820628895253103, -0.5936468621312468, 0.07641774028776746, -0.2964078766696179,
        -0.396717458771915,
      ],
    ],
    [
      'channels first',
      [4, 2, 3, 2],
      [
        2.6123470203937815, -0.8561235594669323, -3.5374780869698275, 0.39569130940683694, -1.7105215264504128,
        -2.2440887593633345,
      ],
    ],
  ];
  test.each(jax)('%s, from JAX', (_, kernel, expected) => {
    const model = modelOf(['conv2d 4 3x2 relu', 'dense 3'], [2, 6, 5], 3);
    const draws = (...shape: number[]) => [1, ...shape];
    const sites = {
      w1: sines(draws(...kernel), 0),
      b1: sines(draws(4), 1),
      w2: sines(draws(64, 3), 2),
      b2: sines(draws(3), 3),
    };
    const { posterior } = importPosterior([{ name: 'draws.npz', bytes: encodeNpz(sites) }], model);
    closeTo(logits(model, posterior), expected);
  });
});

describe('binary weights', () => {
  const model = modelOf(['conv2d 2 3 relu', 'dense 2'], [1, 4, 4], 2);
  const { size, parameters } = model.network;
  const probability = Float32Array.from({ length: size }, (_, i) => (i % 11) / 10);
  const magnitude = Float32Array.from({ length: size }, (_, i) => 0.25 * (1 + (i % 3)));
  const posterior: Posterior = {
    kind: 'bernoulli',
    method: 'bernoulli',
    parameters,
    size,
    info: {},
    probability,
    magnitude,
    mean: magnitude.map((m, i) => (2 * probability[i]! - 1) * m),
  };

  test.each(['input-first', 'output-first', 'channels-last'] as const)('come back from NPZ, %s', layout => {
    const bytes = exportFormats.npz!.encode(posterior, model.network, { layout, metadata: {} });
    const how = layout === 'input-first' ? {} : { layout };
    const { posterior: back, format } = importPosterior([{ name: 'signs.npz', bytes }], model, how);
    expect(format).toBe('posterohm');
    expect(back).toEqual({ ...posterior, method: 'imported posterohm' });
  });

  test('have probabilities and magnitudes', () => {
    const arrays = Object.fromEntries(
      parameters.flatMap(({ name, shape }) => [
        [`probability/${name}`, sines(shape, 0)],
        [`magnitude/${name}`, sines(shape, 0)],
      ]),
    );
    expect(() => importPosterior([{ name: 'signs.npz', bytes: encodeNpz(arrays) }], model)).toThrow(
      /signs\.npz: a probability in '0\.weight' is not between 0 and 1; a magnitude in '0\.weight' is not positive and finite;.*'1\.bias'.*; save the posterior again\./,
    );
  });
});

test('moments of convolutions come back in every layout', () => {
  const model = modelOf(residual, [2, 9, 7], 3);
  const { parameters, size } = model.network;
  const values = (start: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i + start) + start);
  const posterior: Posterior = {
    kind: 'moments',
    method: 'x',
    parameters,
    size,
    info: {},
    mean: values(0),
    std: values(2),
  };
  for (const layout of ['output-first', 'channels-last'] as const) {
    const bytes = exportFormats.safetensors!.encode(posterior, model.network, { layout, metadata: {} });
    const { posterior: back } = importPosterior([{ name: 'p.safetensors', bytes }], model, { layout });
    expect(back).toEqual({ ...posterior, method: 'imported posterohm' });
  }
});

import { describe, expect, test } from 'vitest';
import { kernels } from '../../src/kernels/index.ts';
import {
  buildNetwork,
  foldBatchNorms,
  type LayerMatrix,
  type LayerSpec,
  type Network,
  parseLayer,
  presetLayers,
  type WeightLayer,
} from '../../src/network/index.ts';
import { sizeOf, slice, Tape } from '../../src/tensor/index.ts';
import { checkGradient } from '../support/finite-differences.ts';
import { normals } from '../support/normals.ts';

const signals = [
  'conv1d 4 5 relu padding=same stride=2',
  'maxpool 2',
  'conv1d 6 4 tanh padding=same groups=2 dilation=2 bias=false',
  'residual [conv1d 8 3 hardtanh padding=same groups=2, groupnorm 2 relu] tanh',
  'avgpool 2',
  'flatten',
  'residual [dense 12 relu, dense 7] relu',
  'linear 3',
];

const ofOtherTools: (string | LayerSpec)[] = [
  'conv2d 4 3',
  { kind: 'groupnorm', groups: 2, scale: [1.5, -0.5, 1, 2], shift: [0.1, 0, -0.3, 0.2], activation: 'tanh' },
  { kind: 'prelu', slope: [0.2, -0.1, 0, 1.5] },
  'conv2d 6 3',
  { kind: 'batchnorm', mean: [0, 0.1, 0, 0, 0, 1], variance: [1, 2, 1, 3, 1, 1], epsilon: 1e-5, activation: 'linear' },
  'prelu 0.01',
  'dense 3',
];

const cases: [name: string, layers: readonly (string | LayerSpec)[], shape: readonly number[]][] = [
  ['lenet-5', presetLayers('lenet-5', 10), [28, 28]],
  ['vgg-small', presetLayers('vgg-small', 10), [3, 32, 32]],
  ['resnet-8', presetLayers('resnet-8', 10), [3, 32, 32]],
  ['resnet-8 on digits', presetLayers('resnet-8', 10), [1, 28, 28]],
  ['signal-cnn', presetLayers('signal-cnn', 4), [2, 64]],
  ['signals with groups, strides and blocks', signals, [2, 37]],
  ['scales, shifts and slopes of other tools', ofOtherTools, [2, 7, 8]],
];

/** Weights of the size that keeps pre-activations near one. */
function weightsOf(network: Network, seed: number): Float64Array {
  const weights = normals(seed, network.size, 0.1);
  for (const { weight, rows } of network.matrices) {
    for (let i = 0; i < weight.size; i++) weights[weight.offset + i]! *= 10 / Math.sqrt(rows);
  }
  return weights;
}

function forward(network: Network, weights: Float64Array, x: Float64Array, count: number): Float64Array {
  const tape = new Tape('f64');
  const flat = tape.constant([network.size], weights);
  const tensors = network.parameters.map(p => slice(flat, p.offset, p.shape));
  return network.forward(tape, tape.constant([count, ...network.inputShape], x), tensors).value as Float64Array;
}

/** The loop that the network's description gives, with plain products for the linear parts. */
function lowered(network: Network, weights: Float64Array, x: Float64Array, count: number): Float64Array {
  const values: Float64Array[] = [];
  for (const layer of network.layers) {
    const inputs = layer.inputs.map(from => (from < 0 ? x : values[from]!));
    const out = new Float64Array(count * sizeOf(layer.outputShape));
    if (layer.matrix) {
      const { rows, columns, bias, weight, positions, groups, activation } = layer.matrix;
      const lines = bias ? rows - 1 : rows;
      const vectors = count * positions;
      const driven = new Float64Array(groups * vectors * lines);
      layer.gather(driven, inputs[0]!, count);
      const own = columns / groups;
      const sums = new Float64Array(vectors * columns);
      for (let g = 0; g < groups; g++) {
        for (let v = 0; v < vectors; v++) {
          for (let j = 0; j < own; j++) {
            let total = bias ? weights[bias.offset + g * own + j]! : 0;
            for (let r = 0; r < lines; r++) {
              total += driven[(g * vectors + v) * lines + r]! * weights[weight.offset + r * columns + g * own + j]!;
            }
            sums[(g * vectors + v) * own + j] = total;
          }
        }
      }
      layer.scatter(out, sums, count);
      if (activation !== 'linear') kernels().unary(activation, out, out);
    } else {
      layer.apply(out, inputs, count);
    }
    values.push(out);
  }
  return values[values.length - 1]!;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

describe('the text form', () => {
  test('of convolutions, pooling and blocks', () => {
    expect(parseLayer('conv2d 6 5x5 relu')).toEqual({
      kind: 'conv2d',
      channels: 6,
      kernel: '5x5',
      activation: 'relu',
      stride: 1,
      padding: 'valid',
      groups: 1,
      dilation: 1,
      bias: true,
    });
    expect(parseLayer('conv1d 16 9 tanh stride=2 padding=same')).toMatchObject({
      kernel: 9,
      stride: 2,
      padding: 'same',
    });
    expect(parseLayer('maxpool 2')).toEqual({ kind: 'maxpool', window: 2 });
    expect(parseLayer('avgpool all')).toEqual({ kind: 'avgpool', window: 'all' });
    expect(parseLayer('residual [dense 4 relu, residual [dense 4, dense 4] tanh] relu')).toEqual({
      kind: 'residual',
      layers: [
        parseLayer('dense 4 relu'),
        { kind: 'residual', layers: [parseLayer('dense 4'), parseLayer('dense 4')], activation: 'tanh' },
      ],
      activation: 'relu',
    });
  });

  test('says what is wrong with it', () => {
    expect(() => parseLayer('conv2d 6 5y5')).toThrow(/layer 'conv2d 6 5y5': kernel/);
    expect(() => parseLayer('residual [dense 4')).toThrow('brackets that do not match');
    expect(() => parseLayer('residual [dnse 4]')).toThrow("did you mean 'dense'?");
    expect(() => parseLayer('dense 4 [dense 3]')).toThrow("unknown field 'layers'");
    expect(() => parseLayer('conv2d 6 3 paddding=1')).toThrow("did you mean 'padding'?");
  });
});

describe('networks', () => {
  test('have the published sizes', () => {
    const network = buildNetwork(presetLayers('lenet-5', 10), [1, 28, 28]);
    // 156 + 2,416 + 48,120 + 10,164 + 850, the parameters of LeNet-5 with 28×28 inputs under same padding.
    expect(network.size).toBe(61_706);
    expect(network.matrices.map(m => [m.name, m.rows, m.columns, m.positions])).toEqual([
      ['0', 26, 6, 784],
      ['2', 151, 16, 100],
      ['4', 401, 120, 1],
      ['5', 121, 84, 1],
      ['6', 85, 10, 1],
    ]);
    // VGGBinaryConnect on CIFAR-10 as Katti et al. map it (arXiv:2411.07902): 14,022,016 weights, 617.0 M MAC a sample,
    // 222 tiles of 256×256, 13,332 tile operations a sample.
    const binary = buildNetwork(presetLayers('vgg-binary-connect', 10), [3, 32, 32]);
    const tiles = binary.matrices.map(m => Math.ceil(m.rows / 256) * Math.ceil(m.columns / 256));
    const total = (each: (m: LayerMatrix, i: number) => number) =>
      binary.matrices.reduce((sum, m, i) => sum + each(m, i), 0);
    expect(binary.size).toBe(14_022_016);
    expect(total(m => m.rows * m.columns * m.positions) / 1e6).toBeCloseTo(617, 1);
    expect(total((_, i) => tiles[i]!)).toBe(222);
    expect(total((m, i) => tiles[i]! * m.positions)).toBe(13_332);
    const residual = buildNetwork(presetLayers('resnet-8', 10), [3, 32, 32]);
    expect(residual.matrices.map(m => m.name)).toContain('3.shortcut.0');
    expect(residual.size).toBe(residual.matrices.reduce((total, m) => total + m.rows * m.columns, 0));
  });

  test('stand in an experiment by name', () => {
    const shapes = (network: Network) => network.parameters.map(({ shape, offset }) => [offset, ...shape]);
    const named = buildNetwork(['preset resnet-8 4'], [3, 32, 32]);
    expect(shapes(named)).toEqual(shapes(buildNetwork(presetLayers('resnet-8', 4), [3, 32, 32])));
    expect(() => parseLayer('preset lenet5 10')).toThrow("did you mean 'lenet-5'?");
  });

  test.each(cases)('%s: matrix by matrix is the same as forward', (_, layers, shape) => {
    const network = buildNetwork(layers, shape);
    const weights = weightsOf(network, 1);
    const x = normals(2, 2 * sizeOf(shape));
    const expected = forward(network, weights, x, 2);
    expect(expected.every(Number.isFinite)).toBe(true);
    expect(largestDifference(lowered(network, weights, x, 2), expected)).toBeLessThan(1e-10);
  });

  test.each(cases)('%s: predicting many samples is the forward pass of each', (_, layers, shape) => {
    const network = buildNetwork(layers, shape);
    const weights = [1, 2].map(seed => weightsOf(network, seed));
    const x = normals(3, 3 * sizeOf(shape));
    const out = new Float32Array(2 * 3 * network.outputs);
    network.predict(out, Float32Array.from(weights.flatMap(w => [...w])), 2, Float32Array.from(x), 3);
    const expected = weights.flatMap(w => [...forward(network, w, x, 3)]);
    expect(largestDifference(out, expected)).toBeLessThan(1e-3);
  });

  test('give gradients that agree with central differences', () => {
    const layers = [
      'conv2d 2 3 tanh padding=same dilation=2',
      'residual [conv2d 4 3 padding=1 stride=2 groups=2, groupnorm 2 tanh, conv2d 4 3 padding=same] tanh',
      'avgpool all',
      'dense 2',
    ];
    const network = buildNetwork(layers, [5, 4]);
    checkGradient([[network.size], [2, 5, 4]], (tape, [flat, x]) =>
      network.forward(
        tape,
        x!,
        network.parameters.map(p => slice(flat!, p.offset, p.shape)),
      ),
    );
  });

  test('give the variance of linear parts from squares', () => {
    const network = buildNetwork(['conv2d 4 3 stride=2 padding=1 groups=2', 'dense 1'], [2, 5, 5]);
    const layer = network.layers[0] as WeightLayer;
    const tape = new Tape('f64');
    const draws = 20_000;
    const x = normals(1, 50);
    const stds = normals(2, network.size).map(Math.abs);
    const of = (flat: Float64Array) =>
      layer.parameters.map(p => tape.constant(p.shape, flat.slice(p.offset, p.offset + p.size)));
    const squares = tape.constant(
      [1, 2, 5, 5],
      x.map(v => v * v),
    );
    const variance = layer.linear(tape, squares, of(stds.map(s => s * s))).value;
    const weights = new Float64Array(network.size);
    const tensors = of(weights);
    const y = layer.linear(tape, tape.constant([1, 2, 5, 5], x), tensors);
    const seen = new Float64Array(y.size);
    for (let d = 0; d < draws; d++) {
      const noise = normals(100 + d, network.size);
      tensors.forEach((tensor, k) => {
        const { offset } = layer.parameters[k]!;
        for (let i = 0; i < tensor.size; i++) tensor.value[i] = stds[offset + i]! * noise[offset + i]!;
      });
      tape.forward();
      for (let i = 0; i < y.size; i++) seen[i]! += (y.value[i]! * y.value[i]!) / draws;
    }
    // A variance of 20,000 draws has a relative spread of 1 %; five of these.
    for (let i = 0; i < y.size; i++) expect(Math.abs(seen[i]! / variance[i]! - 1)).toBeLessThan(0.05);
  });
});

test('batch normalisation folded into the layer before gives the same function', () => {
  const statistics = (channels: number, seed: number, activation: 'relu' | 'linear') => ({
    kind: 'batchnorm' as const,
    mean: [...normals(seed, channels)],
    variance: [...normals(seed + 1, channels).map(v => v * v)],
    scale: [...normals(seed + 2, channels)],
    shift: [...normals(seed + 3, channels)],
    epsilon: 1e-3,
    activation,
  });
  const specs: (string | LayerSpec)[] = [
    'conv2d 4 3 bias=false',
    statistics(4, 10, 'relu'),
    {
      kind: 'residual',
      layers: ['conv2d 6 3 padding=1', statistics(6, 20, 'linear')],
      activation: 'relu',
    },
    'dense 5',
    statistics(5, 30, 'linear'),
    'dense 2',
  ];
  const network = buildNetwork(specs, [2, 6, 6]);
  const folded = foldBatchNorms(specs, [2, 6, 6]);
  expect(folded.network.layers.some(layer => layer.kind === 'batchnorm')).toBe(false);
  const weights = weightsOf(network, 1);
  const x = normals(2, 3 * 72);
  const before = forward(network, weights, x, 3);
  expect(largestDifference(forward(folded.network, folded.weights(weights), x, 3), before)).toBeLessThan(1e-9);
  expect(largestDifference(lowered(network, weights, x, 3), before)).toBeLessThan(1e-9);
  const stds = folded.stds(new Float64Array(network.size).fill(1));
  const { weight, bias } = folded.network.matrices[0]!;
  expect(bias && stds[bias.offset]).toBe(0);
  const first = statistics(4, 10, 'relu');
  // |scale|/√(variance + ε) of the first channel.
  expect(stds[weight.offset]).toBeCloseTo(Math.abs(first.scale[0]!) / Math.sqrt(first.variance[0]! + 1e-3), 12);
  const apart = foldBatchNorms(['dense 3 relu', statistics(3, 1, 'linear'), 'dense 1'], [2]);
  expect(apart.network.layers.map(layer => layer.kind)).toEqual(['dense', 'batchnorm', 'dense']);
  const kept = foldBatchNorms(['dense 3', { ...statistics(3, 1, 'relu'), fold: false }, 'dense 1'], [2]);
  expect(kept.network.layers.map(layer => layer.kind)).toEqual(['dense', 'batchnorm', 'dense']);
});

test('a normalisation with scale and shift, and slopes below zero, by hand', () => {
  const layers: (string | LayerSpec)[] = [
    'dense 4 bias=false',
    { kind: 'groupnorm', groups: 2, scale: [2, 1, 1, -1], shift: [0, 0.5, 0, 0], activation: 'linear' },
    { kind: 'prelu', slope: [0.25, 1, 0, 0.5] },
  ];
  const network = buildNetwork(layers, [4]);
  const identity = Float64Array.from({ length: 16 }, (_, i) => Number(i % 5 === 0));
  // (1, 3) and (10, 6) have means 2 and 8, variances 1 and 4.
  const [a, b] = [1 / Math.sqrt(1 + 1e-5), 2 / Math.sqrt(4 + 1e-5)];
  const expected = [-2 * a * 0.25, a + 0.5, b, b];
  const found = forward(network, identity, Float64Array.of(1, 3, 10, 6), 1);
  expect(largestDifference(found, Float64Array.from(expected))).toBeLessThan(1e-12);
});

test('bad shapes are refused in one sentence', () => {
  expect(() => buildNetwork(['conv2d 6 5', 'dense 2'], [784])).toThrow(
    "network.layers.0: 'conv2d' needs inputs [channels, height, width], but gets [784]; let the data keep its axes (flatten: false) and put dense layers last.",
  );
  expect(() => buildNetwork(['conv2d 6 5'], [1, 4, 4])).toThrow('is larger than its inputs [1, 4, 4]');
  expect(() => buildNetwork(['conv2d 6 3 groups=4'], [2, 4, 4])).toThrow('multiples of the 4 groups');
  expect(() => buildNetwork(['dense 4', 'maxpool 2'], [4])).toThrow("network.layers.1: 'maxpool' needs inputs");
  expect(() => buildNetwork(['conv1d 6 3', 'groupnorm 4', 'dense 1'], [9])).toThrow('cannot be divided into 4 groups');
  expect(() => buildNetwork(['residual [conv2d 2 3]', 'dense 1'], [2, 8, 8])).toThrow('to which no stride brings');
  expect(() => buildNetwork(['flatten'], [4])).toThrow('no layer has weights');
  expect(() => buildNetwork(['dense 100000', 'dense 30000'], [2])).toThrow(
    'network.layers: have 3,000,330,000 weights, but at most 100,000,000 can be trained here; make the layers narrower.',
  );
  expect(() => buildNetwork([{ ...parseLayer('dense 3') }, 'batchnorm'], [4])).toThrow(
    'network.layers.1.mean: is missing; give the numbers',
  );
  expect(() => buildNetwork(['dense 3', 'prelu'], [4])).toThrow('network.layers.1.slope: is missing');
  expect(() => buildNetwork(['dense 3', 'prelu from=act'], [4])).toThrow(
    "network.layers.1.from: takes its numbers from 'act' of a file, and none was brought",
  );
  expect(() => buildNetwork(['dense 3', { kind: 'prelu', slope: [1, 2] }], [4])).toThrow(
    'network.layers.1.slope: needs 3 numbers, one per channel, got 2',
  );
  expect(() => presetLayers('lenet5', 10)).toThrow("did you mean 'lenet-5'?");
});

test('a dilated convolution sees inputs that lie apart, and its output is as small as its reach', () => {
  // scipy.signal.convolve(x, [3, 0, 0, 2, 0, 0, 1], 'valid') of x = 1 … 9: Σ w_j x_{t+3j}, w = 1, 2, 3
  const network = buildNetwork(['conv1d 1 3 dilation=3 bias=false', 'flatten'], [9]);
  expect(network.outputs).toBe(3);
  const x = Float64Array.from({ length: 9 }, (_, i) => i + 1);
  expect(Array.from(forward(network, Float64Array.of(1, 2, 3), x, 1))).toEqual([30, 36, 42]);
  expect(() => buildNetwork(['conv1d 1 3 dilation=5'], [9])).toThrow(/does not fit|window/);
});

import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { WantedTensor } from '../../src/data/import/index.ts';
import {
  decodeForeign,
  encodeNpz,
  encodeSafetensors,
  exportTensors,
  fitForeign,
  type Layout,
  type NdArray,
  ndArray,
  type WantedLayer,
} from '../../src/data/index.ts';

const layer = (name: string, rows: readonly number[], outputs: number, more: Partial<WantedLayer> = {}) => ({
  name,
  weight: { name: `${name}.weight`, shape: [rows.reduce((a, b) => a * b, 1), outputs] },
  bias: { name: `${name}.bias`, shape: [outputs] },
  kind: 'dense' as const,
  rows,
  ...more,
});
const convolution = { kind: 'convolution' } as const;

/** A network 3–4–2. */
const wanted: WantedLayer[] = [layer('0', [3], 4), layer('1', [4], 2)];

const filled = (shape: number[], start = 0) =>
  ndArray(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => start + i),
  );
const file = (arrays: Record<string, NdArray>, name = 'p.safetensors') => ({
  name,
  bytes: encodeSafetensors(arrays, {}),
});
const npz = (arrays: Record<string, NdArray>, name = 'p.npz') => ({ name, bytes: encodeNpz(arrays) });

describe('naming schemes', () => {
  test('bayesian-torch: linear and convolution, softplus of rho, buffers ignored', () => {
    const foreign = decodeForeign([
      file({
        'fc1.mu_weight': filled([4, 3]),
        'fc1.rho_weight': filled([4, 3], -5),
        'fc1.mu_bias': filled([4]),
        'fc1.rho_bias': filled([4]),
        'fc1.prior_weight_mu': filled([4, 3]),
        'conv2.mu_kernel': filled([2, 4]),
        'conv2.rho_kernel': filled([2, 4]),
        'conv2.mu_bias': filled([2]),
        'conv2.rho_bias': filled([2]),
      }),
    ]);
    expect([foreign.format, foreign.kind, foreign.ignored]).toEqual([
      'bayesian-torch',
      'moments',
      ['fc1.prior_weight_mu'],
    ]);
    const fitted = fitForeign(foreign, [wanted[1]!, wanted[0]!]);
    expect(fitted.report[2]).toEqual({
      name: '0.weight',
      shape: [3, 4],
      from: 'fc1.weight',
      fromShape: [4, 3],
      transposed: true,
      by: 'shape',
    });
    const weight = fitted.tensors['0.weight']!;
    expect(Array.from(weight.values)).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
    // numpy.log1p(numpy.exp([-5, -2, 1])) = 0.006715348, 0.126928011, 1.313261688
    for (const [i, std] of [0.006715348, 0.126928011, 1.313261688].entries())
      expect(weight.std![i]).toBeCloseTo(std, 6);
  });

  test('torchbnn: exp of log sigma', () => {
    const layer = (name: string, out: number, inputs: number) => ({
      [`${name}.weight_mu`]: filled([out, inputs]),
      [`${name}.weight_log_sigma`]: filled([out, inputs], -2),
      [`${name}.bias_mu`]: filled([out]),
      [`${name}.bias_log_sigma`]: filled([out], -2),
    });
    const foreign = decodeForeign([file({ ...layer('0', 4, 3), ...layer('2', 2, 4) })]);
    expect(foreign.format).toBe('torchbnn');
    const fitted = fitForeign(foreign, wanted);
    expect(fitted.report.map(row => row.from)).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
    expect(fitted.tensors['1.bias']!.std![1]).toBeCloseTo(Math.exp(-1), 6);
  });

  test('blitz: softplus of rho, samplers ignored', () => {
    const layer = (name: string, out: number, inputs: number) => ({
      [`${name}.weight_mu`]: filled([out, inputs]),
      [`${name}.weight_rho`]: filled([out, inputs], -5),
      [`${name}.bias_mu`]: filled([out]),
      [`${name}.bias_rho`]: filled([out], -2),
      [`${name}.weight_sampler.mu`]: filled([out, inputs]),
    });
    const foreign = decodeForeign([file({ ...layer('0', 4, 3), ...layer('2', 2, 4) })]);
    expect([foreign.format, foreign.ignored]).toEqual(['blitz', ['0.weight_sampler.mu', '2.weight_sampler.mu']]);
    const fitted = fitForeign(foreign, wanted);
    // numpy.log1p(numpy.exp(-5)), numpy.log1p(numpy.exp(-1))
    expect(fitted.tensors['0.weight']!.std![0]).toBeCloseTo(0.006715348, 6);
    expect(fitted.tensors['1.bias']!.std![1]).toBeCloseTo(0.313261688, 6);
  });

  const rest = { 'fc1.bias': filled([2]), 'fc2.weight': filled([2, 2]), 'fc2.bias': filled([2]) };
  const small: WantedLayer[] = [layer('0', [2], 2), layer('1', [2], 2)];
  const g = ndArray([2, 1], Float32Array.of(10, 26));
  const v = ndArray([2, 2], Float32Array.of(3, 4, 5, 12));
  const matrix = ndArray([2, 2], Float32Array.of(2, 0, 0, 6));
  const [u, w] = [ndArray([2], Float32Array.of(0.8, 0.6)), ndArray([2], Float32Array.of(0, 1))];
  test.each<[string, Record<string, NdArray>, readonly number[]]>([
    // 10·(3, 4)/5, 26·(5, 12)/13; our layout has inputs first
    ['weight normalisation', { 'fc1.weight_g': g, 'fc1.weight_v': v }, [6, 10, 8, 24]],
    // √194 is the length of the whole matrix, as dim=None has it
    [
      'weight normalisation with one magnitude',
      { 'fc1.weight_g': ndArray([], Float32Array.of(Math.sqrt(194))), 'fc1.weight_v': v },
      [3, 5, 4, 12],
    ],
    [
      'weight normalisation by parametrisations',
      { 'fc1.parametrizations.weight.original0': g, 'fc1.parametrizations.weight.original1': v },
      [6, 10, 8, 24],
    ],
    // σ = uᵀ W v = 3.6
    [
      'spectral normalisation',
      { 'fc1.weight_orig': matrix, 'fc1.weight_u': u, 'fc1.weight_v': w },
      [1 / 1.8, 0, 0, 1 / 0.6],
    ],
    [
      'spectral normalisation by parametrisations',
      {
        'fc1.parametrizations.weight.original': matrix,
        'fc1.parametrizations.weight.0._u': u,
        'fc1.parametrizations.weight.0._v': w,
      },
      [1 / 1.8, 0, 0, 1 / 0.6],
    ],
  ])('%s is multiplied into its weight', (_, arrays, expected) => {
    const { tensors, unused } = fitForeign(
      decodeForeign([file({ ...arrays, ...rest })], { format: 'state-dict' }),
      small,
    );
    expect(Array.from(tensors['0.weight']!.values)).toEqual(expected.map(value => expect.closeTo(value, 6)));
    expect(unused).toEqual([]);
  });

  test('a normalisation that lacks a part or goes along another axis is refused', () => {
    expect(() => decodeForeign([file({ 'fc1.weight_g': g, ...rest })])).toThrow(
      "'fc1.weight_g' is part of a weight normalisation, of which 'fc1.weight_v' is missing; save the whole state dictionary.",
    );
    const along = ndArray([1, 2], Float32Array.of(1, 2));
    expect(() => decodeForeign([file({ 'fc1.weight_g': along, 'fc1.weight_v': v, ...rest })])).toThrow(
      'where one magnitude per output, 2, is expected; normalise along dim=0, or fold it with torch.nn.utils.remove_weight_norm.',
    );
    expect(() =>
      decodeForeign([file({ 'fc1.weight_orig': matrix, 'fc1.weight_u': u, 'fc1.weight_v': filled([3]), ...rest })]),
    ).toThrow('its vectors have 2 and 3 entries, where 2 and 2 are expected');
  });

  test('NumPyro samples, also by chain; sites that are no weights are left out', () => {
    const sites = {
      w1: filled([5, 3, 4]),
      b1: filled([5, 4]),
      w2: filled([5, 4, 2]),
      b2: filled([5, 2]),
      sigma: filled([5]),
    };
    const fitted = fitForeign(decodeForeign([npz(sites)]), wanted);
    expect([fitted.kind, fitted.count, fitted.chains, fitted.unused]).toEqual(['samples', 5, 1, ['sigma']]);
    expect(Array.from(fitted.tensors['0.weight']!.values)).toEqual(Array.from(sites.w1.data as Float32Array));
    const chains = { w1: filled([2, 5, 3, 4]), b1: filled([2, 5, 4]), w2: filled([2, 5, 4, 2]), b2: filled([2, 5, 2]) };
    const both = fitForeign(decodeForeign([npz(chains)]), wanted);
    expect([both.count, both.chains]).toEqual([10, 2]);
  });

  test('NumPyro AutoNormal guide', () => {
    const site = (name: string, shape: number[]) => ({
      [`${name}_auto_loc`]: filled(shape),
      [`${name}_auto_scale`]: filled(shape, 1),
    });
    const foreign = decodeForeign([
      npz({ ...site('w1', [3, 4]), ...site('b1', [4]), ...site('w2', [4, 2]), ...site('b2', [2]) }),
    ]);
    const fitted = fitForeign(foreign, wanted);
    expect(Array.from(fitted.tensors['1.bias']!.std!)).toEqual([1, 2]);
  });

  test('an ensemble of state dictionaries, in the order of their files', () => {
    const member = (start: number) => ({
      '0.weight': filled([4, 3], start),
      '0.bias': filled([4], start),
      '2.weight': filled([2, 4], start),
      '2.bias': filled([2], start),
    });
    const foreign = decodeForeign([file(member(200), 'm10.safetensors'), file(member(100), 'm9.safetensors')]);
    const fitted = fitForeign(foreign, wanted);
    expect([foreign.format, fitted.count]).toEqual(['ensemble', 2]);
    expect(Array.from(fitted.tensors['1.bias']!.values)).toEqual([100, 101, 200, 201]);
    expect(Array.from(fitted.tensors['0.weight']!.values.slice(12, 16))).toEqual([200, 203, 206, 209]);
    const stacked = decodeForeign([
      npz({
        '0.weight': filled([2, 4, 3]),
        '0.bias': filled([2, 4]),
        '2.weight': filled([2, 2, 4]),
        '2.bias': filled([2, 2]),
      }),
    ]);
    expect(fitForeign(stacked, wanted).count).toBe(2);
  });

  test('stacked state dictionaries, with chains and without offsets', () => {
    const weights = [layer('0', [3], 4, { bias: null }), layer('1', [4], 2, { bias: null })];
    const stacked = (...lead: number[]) =>
      fitForeign(
        decodeForeign([npz({ '0.weight': filled([...lead, 4, 3]), '2.weight': filled([...lead, 2, 4]) })]),
        weights,
      );
    const [one, draws, chains] = [stacked(), stacked(5), stacked(2, 3)];
    expect([one.kind, one.count, draws.kind, draws.count]).toEqual(['point', 1, 'samples', 5]);
    expect([chains.count, chains.chains]).toEqual([6, 2]);
    expect(Array.from(chains.tensors['0.weight']!.values.slice(12, 16))).toEqual([12, 15, 18, 21]);
  });

  test('files that hold parts of one network are no ensemble', () => {
    const parts = [
      file({ '0.weight': filled([4, 3]) }, 'model-00001-of-00002.safetensors'),
      file({ '2.weight': filled([2, 4]) }, 'model-00002-of-00002.safetensors'),
    ];
    expect(() => decodeForeign(parts)).toThrow('join the parts of one network in Python');
  });

  test('an array that could be another one', () => {
    const sites = {
      w1: filled([5, 3, 4]),
      b1: filled([5, 4]),
      w2: filled([5, 4, 2]),
      b2: filled([5, 2]),
      tau: filled([5, 2]),
    };
    expect(() => fitForeign(decodeForeign([npz(sites)]), wanted)).toThrow(
      "more arrays than one may be 1.bias [2] (stored as [draws, 2]) of the network, and the network has no place for 'b2' [5, 2], 'tau' [5, 2]",
    );
  });

  test('layers of Flax in NumPyro are kernels and biases', () => {
    const site = (name: string, inputs: number, outputs: number) => ({
      [`nn/${name}.kernel`]: filled([5, inputs, outputs]),
      [`nn/${name}.bias`]: filled([5, outputs]),
    });
    const foreign = decodeForeign([npz({ ...site('Dense_0', 3, 4), ...site('Dense_1', 4, 2) })]);
    expect(foreign.format).toBe('kernels');
    const fitted = fitForeign(foreign, wanted);
    expect(fitted.count).toBe(5);
    expect(fitted.report.map(row => row.from)).toEqual([
      'nn.Dense_0.weight',
      'nn.Dense_0.bias',
      'nn.Dense_1.weight',
      'nn.Dense_1.bias',
    ]);
  });

  test('a row of weights is not taken for a bias of as many entries', () => {
    const foreign = decodeForeign([
      file({ 'a.weight': filled([4, 1]), 'a.bias': filled([4]), 'b.weight': filled([1, 4]), 'b.bias': filled([1]) }),
    ]);
    const targets = [layer('0', [1], 4), layer('1', [4], 1)];
    const names = ['a.weight', 'a.bias', 'b.weight', 'b.bias'];
    expect(fitForeign(foreign, targets).report.map(row => row.from)).toEqual(names);
    const sites = { a: filled([7, 1, 4]), b: filled([7, 4]), c: filled([7, 4, 1]), d: filled([7, 1]) };
    const samples = fitForeign(decodeForeign([npz(sites)]), targets);
    expect(samples.report.map(row => row.from)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('one state dictionary is a point; convolutions are flattened to our matrices', () => {
    const foreign = decodeForeign([file({ 'c.weight': filled([5, 2, 3, 3]), 'c.bias': filled([5]) })]);
    const fitted = fitForeign(foreign, [layer('0', [2, 3, 3], 5, convolution)]);
    expect(fitted.kind).toBe('point');
    expect(Array.from(fitted.tensors['0.weight']!.values.slice(0, 5))).toEqual([0, 18, 36, 54, 72]);
  });

  test('names decide where shapes cannot', () => {
    const square = [layer('0', [2], 2, { bias: null }), layer('1', [2], 2, { bias: null })];
    const foreign = decodeForeign([file({ 'z.weight': filled([2, 2]), 'a.weight': filled([2, 2], 10) })]);
    const fitted = fitForeign(foreign, square, { names: { '0.weight': 'z.weight', '1.weight': 'a.weight' } });
    expect(Array.from(fitted.tensors['0.weight']!.values)).toEqual([0, 2, 1, 3]);
    expect(() => fitForeign(foreign, square)).toThrow(
      "the names of 'a', 'z', all of shape [2, 2], do not tell their order; check network.layers, or say which is which with --names.",
    );
    const counted = [file({ 'n.10.weight': filled([2, 2]), 'n.9.weight': filled([2, 2], 10) })];
    const kept = fitForeign(decodeForeign(counted), square, { layout: 'input-first' });
    expect(Array.from(kept.tensors['0.weight']!.values)).toEqual([10, 11, 12, 13]);
  });
});

/** torch.nn.functional.conv2d and Flax' Conv on the same numbers: the order of kernels and of features in a row. */
describe('layouts', () => {
  // A kernel of 2×1 on 3 channels with 2 outputs, features of 3 channels and 2 rows; entry = place in our matrix.
  const layers = [layer('0', [3, 2, 1], 2, { ...convolution, bias: null }), layer('1', [3, 2], 2, { bias: null })];
  const ours = Array.from({ length: 12 }, (_, i) => i);
  // w = numpy.arange(12).reshape(3, 2, 1, 2): channel, row, column, output
  // kernels w.transpose(3, 0, 1, 2) and w.transpose(1, 2, 0, 3); features f = numpy.arange(12).reshape(3, 2, 2):
  // f.transpose(2, 0, 1).reshape(2, 6), f.reshape(6, 2), f.transpose(1, 0, 2).reshape(6, 2)
  const stored: Record<Layout, [kernel: number[], kernelShape: number[], dense: number[], denseShape: number[]]> = {
    'output-first': [
      [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11],
      [2, 3, 2, 1],
      [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11],
      [2, 6],
    ],
    'input-first': [[0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11], [2, 3, 2, 1], ours, [6, 2]],
    'channels-last': [
      [0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11],
      [2, 1, 3, 2],
      [0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11],
      [6, 2],
    ],
  };
  test.each(Object.entries(stored))('%s', (layout, [kernel, kernelShape, dense, denseShape]) => {
    const arrays = {
      'a.weight': ndArray(kernelShape, Float32Array.from(kernel)),
      'b.weight': ndArray(denseShape, Float32Array.from(dense)),
    };
    const fitted = fitForeign(decodeForeign([file(arrays)]), layers, { layout: layout as Layout });
    expect(Array.from(fitted.tensors['0.weight']!.values)).toEqual(ours);
    expect(Array.from(fitted.tensors['1.weight']!.values)).toEqual(ours);
    // And the other way, where convolutions are written as matrices in our own layout.
    const back = exportTensors(layers, { mean: () => Float32Array.from(ours) }, layout as Layout);
    expect(Array.from(back['mean/1.weight']!.data as Float32Array)).toEqual(dense);
    if (layout !== 'input-first') {
      expect(back['mean/0.weight']!.shape).toEqual(kernelShape);
      expect(Array.from(back['mean/0.weight']!.data as Float32Array)).toEqual(kernel);
    }
  });

  test('of NumPyro samples is told from the kernels, and asked for where these fit both', () => {
    const of = (shape: number[]) => decodeForeign([npz({ k: filled([5, ...shape]), b: filled([5, shape.at(-1)!]) })]);
    const [flax] = [fitForeign(of([2, 1, 3, 4]), [layer('0', [3, 2, 1], 4, convolution)])];
    expect(flax.report[0]!.transposed).toBe(true);
    expect(() => fitForeign(of([3, 3, 3, 3]), [layer('0', [3, 3, 3], 3, convolution)])).toThrow(
      'import (numpyro-samples): the shapes fit input-first as well as channels-last; say which with --layout.',
    );
  });
});

describe('batch normalisation', () => {
  const norm = (name: string, channels: number, start = 0) => ({
    [`${name}.weight`]: filled([channels], 1 + start),
    [`${name}.bias`]: filled([channels], 0.5),
    [`${name}.running_mean`]: filled([channels], -1),
    [`${name}.running_var`]: filled([channels], 3),
    [`${name}.num_batches_tracked`]: ndArray([], new Float32Array([7])),
  });
  const net = (more: Record<string, NdArray> = {}) => ({
    'conv1.weight': filled([2, 1, 1, 2]),
    'fc.weight': filled([3, 2]),
    'fc.bias': filled([3]),
    ...more,
  });
  const layers = [layer('0', [1, 1, 2], 2, convolution), layer('1', [2], 3)];

  test('is multiplied into the layer before, offsets and spreads too', () => {
    const fitted = fitForeign(decodeForeign([file(net(norm('bn1', 2)))], { epsilon: 1 }), layers);
    // scale/√(variance + 1) = 1/2, 2/√5; bias − mean·factor = 0.5 + 1/2, 1.5 + 0·2/√5
    expect(Array.from(fitted.tensors['0.weight']!.values)).toEqual([0, 2 * (2 / 5 ** 0.5), 0.5, 3 * (2 / 5 ** 0.5)]);
    expect(Array.from(fitted.tensors['0.bias']!.values)).toEqual([1, 1.5]);
    expect(fitted.unused).toEqual([]);
    expect(fitted.report.map(({ name, from, batchNorm }) => [name, from, batchNorm])).toEqual([
      ['0.weight', 'conv1.weight', 'bn1'],
      ['0.bias', '', 'bn1'],
      ['1.weight', 'fc.weight', undefined],
      ['1.bias', 'fc.bias', undefined],
    ]);
    const torchbnn = {
      'conv1.weight_mu': filled([2, 1, 1, 2]),
      'conv1.weight_log_sigma': ndArray([2, 1, 1, 2], new Float32Array(4)),
      'fc.weight': filled([3, 2]),
      'fc.bias': filled([3]),
      ...norm('bn1', 2, -2),
    };
    const moments = fitForeign(decodeForeign([file(torchbnn)], { epsilon: 1 }), layers);
    // A scale of −1 turns signs, not spreads; a layer without spreads is certain.
    expect(Array.from(moments.tensors['0.weight']!.values)).toEqual([-0, 0, -0.5, 0]);
    expect(Array.from(moments.tensors['0.weight']!.std!)).toEqual([0.5, 0, 0.5, 0]);
    expect(Array.from(moments.tensors['0.bias']!.std!)).toEqual([0, 0]);
    expect(Array.from(moments.tensors['1.weight']!.std!)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('of every member by itself', () => {
    const members = [0, 2].map(start => file(net(norm('bn1', 2, start)), `m${start}`));
    const { tensors } = fitForeign(decodeForeign(members, { epsilon: 1 }), layers);
    expect(tensors['0.weight']!.values[2]).toBe(0.5);
    expect(tensors['0.weight']!.values[4 + 2]).toBe(1.5);
  });

  test('the projection of a shortcut leaves its offset to the branch', () => {
    const block = [
      layer('0.0', [2], 2),
      layer('0.shortcut', [3], 2, { bias: null, offsets: '0.0.bias' }),
      layer('1', [2], 3),
    ];
    const arrays = {
      'a.weight': filled([2, 2]),
      'a.bias': filled([2]),
      'down.0.weight': filled([2, 3]),
      ...norm('down.1', 2),
      'fc.weight': filled([3, 2]),
      'fc.bias': filled([3]),
    };
    const { tensors } = fitForeign(decodeForeign([file(arrays)], { epsilon: 1 }), block);
    expect(Array.from(tensors['0.0.bias']!.values)).toEqual([0 + 1, 1 + 1.5]);
    expect(Object.keys(tensors)).not.toContain('0.shortcut.bias');
  });

  test('is compared with what the network declares itself', () => {
    const foreign = decodeForeign([file({ ...net(norm('bn1', 2)), 'conv1.bias': filled([2]) })], { epsilon: 1 });
    const declared = (shift: number) => ({
      scales: [{ factor: Float64Array.of(0.5, 2 / 5 ** 0.5), shift: Float64Array.of(1, shift) }],
      normalised: 0,
    });
    expect(Array.from(fitForeign(foreign, layers, {}, declared(1.5)).tensors['0.weight']!.values)).toEqual([
      0, 2, 1, 3,
    ]);
    expect(() => fitForeign(foreign, layers, {}, declared(1.6))).toThrow(
      "no 'batchnorm' of network.layers has the numbers of 'bn1'",
    );
  });

  const refused: ReadonlyArray<readonly [what: string, arrays: Record<string, NdArray>, sentence: string]> = [
    [
      'of which nothing says what it follows',
      net(norm('norm', 4)),
      "outputs the batch normalisation 'norm' directly follows cannot be told",
    ],
    [
      'behind an activation, as the gap in a Sequential shows',
      {
        '0.weight': filled([2, 1, 1, 2]),
        '0.bias': filled([2]),
        ...norm('2', 2),
        '3.weight': filled([3, 2]),
        '3.bias': filled([3]),
      },
      "the batch normalisation '2' directly follows cannot be told",
    ],
    ['twice', net({ ...norm('bn1', 2), ...norm('norm1', 2) }), "'norm1' is the second one after 'conv1'"],
    [
      'without variances',
      net({ 'bn1.running_mean': filled([2]) }),
      "has 'bn1.running_mean' but no 'bn1.running_var'; save the whole state dictionary",
    ],
    [
      'with negative variances',
      net({ ...norm('bn1', 2), 'bn1.running_var': filled([2], -3) }),
      "'bn1.running_var' must hold variances that are finite and not negative",
    ],
    [
      'with random weights',
      net({ ...norm('bn1', 2), 'bn1.weight_mu': filled([2]), 'bn1.weight_log_sigma': filled([2]) }),
      "'bn1' is a batch normalisation with random weights",
    ],
    [
      'with random weights of bayesian-torch',
      net({ ...norm('bn1', 2), 'bn1.mu_weight': filled([2]), 'bn1.rho_weight': filled([2]) }),
      "'bn1' is a batch normalisation with random weights",
    ],
  ];
  test.each(refused)('is refused %s', (_, arrays, sentence) => {
    expect(() => fitForeign(decodeForeign([file(arrays)]), layers)).toThrow(sentence);
  });

  test('is named where its name does not tell', () => {
    const foreign = decodeForeign([file({ ...net(), ...norm('after', 2) })], { epsilon: 1 });
    const names = { '0.weight': 'conv1.weight', '1.weight': 'fc.weight', '1.bias': 'fc.bias', '0.batchnorm': 'after' };
    expect(fitForeign(foreign, layers, { names }).tensors['0.weight']!.values[2]).toBe(0.5);
    expect(() => fitForeign(foreign, layers, { names: { ...names, '0.batchnorm': 'aftr' } })).toThrow(
      "there is no batch normalisation 'aftr' for layer 0",
    );
  });
});

describe('other modules', () => {
  const net = { 'a.weight': filled([4, 3]), 'a.bias': filled([4]), 'b.weight': filled([2, 4]), 'b.bias': filled([2]) };

  test('a scale of one and an offset of zero change nothing of a layer that normalises; others have no place', () => {
    const affine = (value: number) => ({
      'gn.weight': ndArray([4], new Float32Array(4).fill(value)),
      'gn.bias': ndArray([4], new Float32Array(4)),
    });
    const plain = decodeForeign([file({ ...net, ...affine(1) })]);
    expect(fitForeign(plain, wanted, {}, { scales: [], normalised: 1 }).unused).toEqual(['gn.bias', 'gn.weight']);
    expect(() => fitForeign(plain, wanted)).toThrow(
      "'gn' has scale 1 and offset 0 of a normalisation that network.layers does not have",
    );
    expect(() => fitForeign(decodeForeign([file({ ...net, ...affine(2) })]), wanted)).toThrow(
      "'gn' is of 4 channels without running statistics: the affine part of a normalisation or the slopes of a PReLU, whose layer network.layers has to name ('groupnorm 4 from=gn', 'prelu from=gn')",
    );
    expect(fitForeign(decodeForeign([file({ ...net, ...affine(2) })], { taken: ['gn'] }), wanted).kind).toBe('point');
  });

  test('a layer too many, a bias too many, a bias too few', () => {
    const fitting = (arrays: Record<string, NdArray>, layers: readonly WantedLayer[]) => () =>
      fitForeign(decodeForeign([file(arrays)]), layers);
    expect(fitting({ ...net, 'c.weight': filled([9, 2]) }, wanted)).toThrow(
      "the network has no place for 'c.weight' [9, 2]",
    );
    expect(fitting(net, [layer('0', [3], 4, { bias: null }), wanted[1]!])).toThrow(
      "'a.bias' [4] has no place in layer 0, which is declared with bias=false",
    );
    const { 'b.bias': _bias, ...less } = net;
    expect(fitting(less, wanted)).toThrow('there is no offset for 1.bias [2]; or declare bias=false');
  });

  test('names out of the order of the layers do not decide', () => {
    const sites = {
      w_in: filled([5, 2, 4]),
      b_in: filled([5, 4]),
      w_hidden: filled([5, 4, 4]),
      b_hidden: filled([5, 4]),
    };
    const layers = [layer('0', [2], 4), layer('1', [4], 4)];
    expect(() => fitForeign(decodeForeign([npz(sites)]), layers)).toThrow(
      "the names 'b_hidden', 'b_in', 'w_hidden', 'w_in' are not in the order of the layers",
    );
    const names = { '0.weight': 'w_in', '0.bias': 'b_in', '1.weight': 'w_hidden', '1.bias': 'b_hidden' };
    expect(fitForeign(decodeForeign([npz(sites)]), layers, { names }).count).toBe(5);
  });
});

describe('our own export comes back', () => {
  const tensors = wanted.flatMap(({ weight, bias }) => [weight, bias!]);
  const valuesOf =
    (start: number, count = 1) =>
    ({ name, shape }: WantedTensor) =>
      filled([count, ...shape], start + tensors.findIndex(tensor => tensor.name === name)).data as Float32Array;
  const cases = {
    moments: { mean: valuesOf(0), std: valuesOf(0.5) },
    point: { mean: valuesOf(0) },
    samples: { samples: valuesOf(0, 2) },
    bernoulli: { probability: valuesOf(0), magnitude: valuesOf(1) },
  };
  test.each(
    Object.keys(cases).flatMap(kind =>
      (['input-first', 'output-first'] as const).map(layout => [kind, layout] as const),
    ),
  )('%s, %s', (kind, layout) => {
    const exported = cases[kind as keyof typeof cases];
    const arrays = exportTensors(wanted, exported, layout);
    const options = layout === 'input-first' ? {} : { layout };
    const fitted = fitForeign(decodeForeign([npz(arrays)]), wanted, options);
    expect(fitted.kind).toBe(kind);
    const [values, second] = Object.values(exported);
    for (const tensor of tensors) {
      const back = fitted.tensors[tensor.name]!;
      expect(Float32Array.from(back.values)).toEqual(values!(tensor));
      if (second) expect(Float32Array.from(back.std ?? back.magnitude!)).toEqual(second(tensor));
    }
  });
});

describe('refusals', () => {
  test('mismatches are all listed', () => {
    const foreign = decodeForeign([
      file({ 'a.weight': filled([5, 3]), 'a.bias': filled([5]), 'b.weight': filled([2, 4]), 'b.bias': filled([2]) }),
    ]);
    expect(() => fitForeign(foreign, wanted)).toThrow(
      "import (state-dict): no array of the file fits 0.weight [3, 4] (stored as [4, 3]), 0.bias [4] of the network, and the network has no place for 'a.weight' [5, 3], 'a.bias' [5]; check network.layers, or say which is which with --names.",
    );
    const names = { '0.weight': 'a.weigth', '0.bias': 'a.bias', '1.weight': 'b.weight', '1.bias': 'b.bias' };
    expect(() => fitForeign(foreign, wanted, { names })).toThrow(
      /there is no 'a.weigth' for 0.weight \(did you mean 'a.weight'.*'a.bias' \[5\] does not fit 0.bias, which would be stored as \[4\]/,
    );
  });

  test('a mean without its spread', () => {
    expect(() => decodeForeign([file({ 'a.weight_mu': filled([2]) })])).toThrow(
      /lacks 'a.weight_log_sigma' to go with 'a.weight_mu'/,
    );
  });

  test('members that differ', () => {
    const files = [file({ 'a.weight': filled([2, 2]) }, 'm1'), file({ 'a.weight': filled([2, 3]) }, 'm2')];
    expect(() => decodeForeign(files)).toThrow(/must be like m1, but m2 has 'a.weight' \[2, 3\], not \[2, 2\];/);
  });

  test('numbers of draws that differ', () => {
    const foreign = decodeForeign([npz({ w: filled([5, 3, 4]), b: filled([6, 4]) })]);
    expect(() => fitForeign(foreign, wanted.slice(0, 1))).toThrow(/'b' has 6 draws where 'w' has 5/);
  });

  test.each([
    ['lstm.npz', { 'rnn.weight_ih_l0': filled([4, 3]), 'fc.weight': filled([2, 4]) }, 'belong to a recurrent layer'],
    [
      'keras.npz',
      { 'gru/kernel': filled([3, 4]), 'gru/recurrent_kernel': filled([4, 4]) },
      'belong to a recurrent layer',
    ],
    ['attention.npz', { 'a.in_proj_weight': filled([9, 3]), 'fc.weight': filled([2, 4]) }, 'belong to attention'],
    ['lora.npz', { '0.weight': filled([4, 3]), '0.lora_A.weight': filled([1, 3]) }, 'model.merge_and_unload() in PEFT'],
    ['int8.npz', { '0.scale': filled([1]), '0.zero_point': filled([1]) }, 'save the network before quantisation'],
    ['guide.npz', { auto_loc: filled([26]), auto_scale: filled([26]) }, 'guide.sample_posterior('],
    ['tfp.npz', { 'd/kernel_posterior_loc': filled([3, 4]) }, 'softplus(untransformed_scale)'],
  ] satisfies [string, Record<string, NdArray>, string][])('%s: what to do in that tool', (name, arrays, todo) => {
    expect(() => decodeForeign([npz(arrays, name)])).toThrow(todo);
  });

  test('a site that scales weights is no quantised network', () => {
    const sites = { w1: filled([5, 3, 4]), b1: filled([5, 4]), w2: filled([5, 4, 2]), b2: filled([5, 2]) };
    const scaled = decodeForeign([npz({ ...sites, weight_scale: filled([5]) })]);
    expect(fitForeign(scaled, wanted).unused).toEqual(['weight_scale']);
  });

  test.each([
    ['m.h5', '\x89HDF\r\n\x1a\n', 'is a model of Keras; save its arrays in Python: numpy.savez'],
    ['m.keras', 'PK\x03\x04', 'is a model of Keras'],
    ['m.nc', '\x89HDF\r\n\x1a\n', 'idata.posterior.items()'],
    ['m.tflite', '\x1c\0\0\0TFL3', 'is a model of TensorFlow Lite'],
    ['m.onnx', '\b\x07\x12\x07pytorch', 'is an ONNX model'],
    ['m.csv', '# stan_version_major = 2\nlp__,w.1\n', 'fit.stan_variables()'],
    ['m.csv', 'weight,bias\n1,2\n', 'is neither safetensors nor NPZ'],
    ['m.ckpt', '\x80\x02}q\0rest', "torch.load(path, weights_only=True)['state_dict']"],
  ])('%s is told by its first bytes', (name, start, todo) => {
    const bytes = Uint8Array.from(start, c => c.charCodeAt(0));
    expect(() => decodeForeign([{ name, bytes }])).toThrow(todo);
  });

  test('pickled checkpoints, old and new', () => {
    // torch.save before version 1.6 begins with the pickled number 0x1950a86a20f9469cfc6c
    const old = Uint8Array.from([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]);
    for (const bytes of [old, zipSync({ 'model/data.pkl': new Uint8Array(3) })]) {
      expect(() => decodeForeign([{ name: 'm.pt', bytes }])).toThrow(
        /m.pt: holds pickled Python objects.*safetensors.torch.save_file/,
      );
    }
  });

  test('unknown formats and no files', () => {
    expect(() => decodeForeign([npz({ a: filled([1]) })], { format: 'torchbn' })).toThrow(/did you mean 'torchbnn'/);
    expect(() => decodeForeign([npz({ a: filled([1]) })], { format: 'torchbnn' })).toThrow(
      /has no names of torchbnn; it holds 'a'/,
    );
    expect(() => decodeForeign([])).toThrow(/there are no files/);
  });

  test('any damage to a file gives one sentence', () => {
    const arrays = {
      'conv1.weight': filled([2, 1, 1, 2]),
      'bn1.weight': filled([2]),
      'bn1.running_mean': filled([2]),
      'bn1.running_var': filled([2], 1),
      'fc.weight': filled([3, 2]),
      'fc.bias': filled([3]),
    };
    const layers = [layer('0', [1, 1, 2], 2, convolution), layer('1', [2], 3)];
    for (const { name, bytes } of [file(arrays), npz(arrays)]) {
      expect(fitForeign(decodeForeign([{ name, bytes }]), layers).count).toBe(1);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
          const damaged = cut ? bytes.slice(0, at) : bytes.slice();
          if (!cut) damaged[at] = value;
          try {
            fitForeign(decodeForeign([{ name, bytes: damaged }]), layers);
          } catch (error) {
            expect((error as Error).name).toBe('InputError');
            // A damaged name may hold any character.
            expect((error as Error).message).toMatch(/: .*\.$/s);
          }
        }),
        { numRuns: 500 },
      );
    }
  });
});

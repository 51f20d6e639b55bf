import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import {
  decodeForeign,
  encodeNpz,
  encodeSafetensors,
  exportTensors,
  fitForeign,
  type NdArray,
  ndArray,
  type OwnTensor,
} from '../../src/data/index.ts';

/** A network 3–4–2 in our names and layout. */
const wanted = [
  { name: '0.weight', shape: [3, 4] },
  { name: '0.bias', shape: [4] },
  { name: '1.weight', shape: [4, 2] },
  { name: '1.bias', shape: [2] },
];

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
    const fitted = fitForeign(foreign, [wanted[2]!, wanted[3]!, wanted[0]!, wanted[1]!]);
    expect(fitted.report[2]).toEqual({
      name: '0.weight',
      shape: [3, 4],
      from: 'fc1.weight',
      fromShape: [4, 3],
      transposed: true,
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
    expect(fitted.tensors['0.weight']!.values).toEqual(sites.w1.data);
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

  test('layers of Flax in NumPyro are kernels and biases', () => {
    const site = (name: string, inputs: number, outputs: number) => ({
      [`nn/${name}.kernel`]: filled([5, inputs, outputs]),
      [`nn/${name}.bias`]: filled([5, outputs]),
    });
    const foreign = decodeForeign([npz({ ...site('Dense_0', 3, 4), ...site('Dense_1', 4, 2) })]);
    expect(foreign.format).toBe('numpyro-samples');
    expect(fitForeign(foreign, wanted).report.map(row => row.from)).toEqual([
      'nn/Dense_0.kernel',
      'nn/Dense_0.bias',
      'nn/Dense_1.kernel',
      'nn/Dense_1.bias',
    ]);
  });

  test('a row of weights is not taken for a bias of as many entries', () => {
    const foreign = decodeForeign([
      file({ 'a.weight': filled([4, 1]), 'a.bias': filled([4]), 'b.weight': filled([1, 4]), 'b.bias': filled([1]) }),
    ]);
    const shapes = [[1, 4], [4], [4, 1], [1]];
    const targets = wanted.map(({ name }, i) => ({ name, shape: shapes[i]! }));
    const { report } = fitForeign(foreign, targets);
    expect(report.map(row => row.from)).toEqual(['a.weight', 'a.bias', 'b.weight', 'b.bias']);
  });

  test('one state dictionary is a point; convolutions are flattened to our matrices', () => {
    const foreign = decodeForeign([file({ 'c.weight': filled([5, 2, 3, 3]), 'c.bias': filled([5]) })]);
    const fitted = fitForeign(foreign, [
      { name: '0.weight', shape: [18, 5] },
      { name: '0.bias', shape: [5] },
    ]);
    expect(fitted.kind).toBe('point');
    expect(Array.from(fitted.tensors['0.weight']!.values.slice(0, 5))).toEqual([0, 18, 36, 54, 72]);
  });

  test('names decide where shapes cannot', () => {
    const square = [
      { name: '0.weight', shape: [2, 2] },
      { name: '1.weight', shape: [2, 2] },
    ];
    const foreign = decodeForeign([file({ 'z.weight': filled([2, 2]), 'a.weight': filled([2, 2], 10) })]);
    const fitted = fitForeign(foreign, square, { names: { '0.weight': 'z.weight', '1.weight': 'a.weight' } });
    expect(Array.from(fitted.tensors['0.weight']!.values)).toEqual([0, 2, 1, 3]);
    const kept = fitForeign(foreign, square, { layout: 'input-first' });
    expect(Array.from(kept.tensors['0.weight']!.values)).toEqual([10, 11, 12, 13]);
  });
});

describe('our own export comes back', () => {
  const own: OwnTensor[] = wanted.map(({ name, shape }, i) => ({
    name,
    shape,
    values: filled(shape, i).data as Float32Array,
    std: filled(shape, i + 0.5).data as Float32Array,
  }));
  test.each([
    ['moments', 'input-first'],
    ['moments', 'output-first'],
    ['point', 'output-first'],
    ['samples', 'output-first'],
    ['samples', 'input-first'],
  ] as const)('%s, %s', (kind, layout) => {
    const tensors = own.map(({ std, values, ...rest }) => ({
      ...rest,
      values: kind === 'samples' ? Float32Array.from([...values, ...values.map(x => -x)]) : values,
      ...(kind === 'moments' && { std: std! }),
    }));
    const arrays = exportTensors(kind, tensors, layout);
    const options = layout === 'input-first' ? {} : { layout };
    const fitted = fitForeign(decodeForeign([npz(arrays)]), wanted, options);
    expect(fitted.kind).toBe(kind);
    for (const { name, values, ...rest } of tensors) {
      expect(fitted.tensors[name]!.values).toEqual(values);
      if ('std' in rest) expect(fitted.tensors[name]!.std).toEqual(rest.std);
    }
  });
});

describe('refusals', () => {
  test('mismatches are all listed', () => {
    const foreign = decodeForeign([
      file({ 'a.weight': filled([5, 3]), 'a.bias': filled([5]), 'b.weight': filled([2, 4]), 'b.bias': filled([2]) }),
    ]);
    expect(() => fitForeign(foreign, wanted)).toThrow(
      "import (state-dict): no single tensor fits 0.weight [3, 4]; no single tensor fits 0.bias [4]; the file holds 'a.bias' [5], 'a.weight' [5, 3], 'b.bias' [2], 'b.weight' [2, 4]; check network.layers, or say which is which with names.",
    );
    const names = { '0.weight': 'a.weigth', '0.bias': 'a.bias', '1.weight': 'b.weight', '1.bias': 'b.bias' };
    expect(() => fitForeign(foreign, wanted, { names })).toThrow(
      /there is no 'a.weigth' for 0.weight \(did you mean 'a.weight'.*'a.bias' \[5\] does not fit 0.bias \[4\]/,
    );
  });

  test('a mean without its spread', () => {
    expect(() => decodeForeign([file({ 'a.weight_mu': filled([2]) })])).toThrow(
      /lacks 'a.weight_log_sigma' to go with 'a.weight_mu'/,
    );
  });

  test('members that differ', () => {
    const files = [file({ 'a.weight': filled([2, 2]) }, 'm1'), file({ 'a.weight': filled([2, 3]) }, 'm2')];
    expect(() => decodeForeign(files)).toThrow(/m2 has 'a.weight' \[2,3\] where m1 has \[2,2\]/);
  });

  test('numbers of draws that differ', () => {
    const foreign = decodeForeign([npz({ w: filled([5, 3, 4]), b: filled([6, 4]) })]);
    expect(() => fitForeign(foreign, wanted.slice(0, 2))).toThrow(/numbers of draws differ: 5, 6/);
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
    expect(() => decodeForeign([npz({ a: filled([1]) })], 'torchbn')).toThrow(/did you mean 'torchbnn'/);
    expect(() => decodeForeign([npz({ a: filled([1]) })], 'torchbnn')).toThrow(
      /has no names of torchbnn; it holds 'a'/,
    );
    expect(() => decodeForeign([])).toThrow(/there are no files/);
  });
});

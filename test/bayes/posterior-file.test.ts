import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePosterior, encodePosterior, type Posterior } from '../../src/bayes/index.ts';
import { decodeSafetensors } from '../../src/data/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

const network = buildNetwork(['dense 3 tanh', 'dense 2'], [2]);
const common = {
  method: 'nuts',
  parameters: network.parameters,
  size: network.size,
  info: { divergences: 2, a: [1, 2] },
};
const normals = (seed: number, count: number) => fillNormal(keyOf(seed), new Float32Array(count));
const posteriors: Posterior[] = [
  {
    ...common,
    kind: 'samples',
    count: 4,
    chains: 2,
    samples: normals(1, 4 * network.size),
    best: 3,
    noiseStd: undefined,
  },
  {
    ...common,
    kind: 'moments',
    mean: normals(2, network.size),
    std: normals(3, network.size),
    asked: normals(5, network.size),
    ranges: [
      { name: '0', limit: 2, biasDrive: 0.5 },
      { name: '1', limit: [1, 3], biasDrive: 1 },
    ],
    tied: { device: 'ideal', time: 6 },
    noiseStd: Float64Array.of(0.1, 0.2),
  },
  {
    ...common,
    kind: 'bernoulli',
    mean: normals(6, network.size),
    probability: normals(7, network.size),
    magnitude: normals(8, network.size),
  },
  { ...common, kind: 'point', mean: normals(4, network.size), noiseStd: undefined },
];

test.each(posteriors)('a file of $kind gives the posterior back', posterior => {
  const bytes = encodePosterior(posterior);
  expect(decodePosterior(bytes)).toEqual(posterior);
  expect(encodePosterior(decodePosterior(bytes))).toEqual(bytes);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  'a value that is not finite is refused wherever it stands: %d',
  value => {
    const [samples, moments] = posteriors as [
      Extract<Posterior, { kind: 'samples' }>,
      Extract<Posterior, { kind: 'moments' }>,
    ];
    const draws = samples.samples.slice();
    draws[draws.length - 1] = value;
    const written = encodePosterior({ ...samples, samples: draws });
    expect(() => decodePosterior(written, 'p.safetensors')).toThrow(
      `p.safetensors: samples/1.bias: must be finite, got ${value} at entry 7; train or import the posterior again.`,
    );
    const std = moments.std.slice();
    std[0] = value;
    expect(() => decodePosterior(encodePosterior({ ...moments, std }), 'p')).toThrow('std/0.weight: must be finite');
    const noiseStd = Float64Array.of(0.1, value);
    expect(() => decodePosterior(encodePosterior({ ...moments, noiseStd }), 'p')).toThrow(
      'p: noise.std: must be finite',
    );
  },
);

test('tensors carry the shapes of the network', () => {
  const { tensors } = decodeSafetensors(encodePosterior(posteriors[0]!), 'p');
  expect(tensors['samples/0.weight']!.shape).toEqual([4, 2, 3]);
  expect(tensors['samples/1.bias']!.shape).toEqual([4, 2]);
});

test('broken files give one sentence', () => {
  const bytes = encodePosterior(posteriors[1]!);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const broken = bytes.slice();
      broken[at] = value;
      try {
        decodePosterior(broken, 'p.safetensors');
      } catch (error) {
        expect((error as Error).name).toBe('InputError');
        expect((error as Error).message).toMatch(/^p\.safetensors: [^\n]*\.$/);
      }
    }),
    { numRuns: 300 },
  );
  expect(() => decodePosterior(bytes.subarray(0, bytes.length - 4), 'p.safetensors')).toThrow('p.safetensors');
});

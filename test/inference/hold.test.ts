import { describe, expect, test } from 'vitest';
import { check } from '../../src/base/index.ts';
import type { BernoulliPosterior, MomentPosterior, Posterior } from '../../src/bayes/index.ts';
import { findDevice } from '../../src/device/index.ts';
import { type ChipState, calibrateReadout, type EntropySource, entropySources } from '../../src/inference/index.ts';
import { buildNetwork, type Network } from '../../src/network/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

const sources = entropySources as unknown as Record<string, EntropySource>;
const samples = 3000;

/** Two outputs with windows of two inputs at two positions, one channel for both or one each: windows (1, 2) and (2, 3). */
const shared = buildNetwork(['conv2d 2 1x2 bias=false', 'flatten'], [1, 1, 3]);
const grouped = buildNetwork(['conv2d 2 1x2 groups=2 bias=false', 'flatten'], [2, 1, 3]);
const image = [1, 2, 3];

const inputsOf = ({ layers }: Network): number => layers[0]!.inputShape.reduce((product, n) => product * n, 1);

/** A chip that holds a posterior without error, and cells beside it that are exactly where they should be, read with a spread of 1 µS. */
function chipOf(network: Network, posterior: Posterior, outputBits: number | null = null, noise = 0): ChipState {
  const weights = posterior.kind === 'samples' ? posterior.samples.slice(0, network.size) : posterior.mean;
  const inputs = Float32Array.from([...image, ...image, ...image].slice(0, inputsOf(network)));
  const normals = fillNormal(keyOf(8), new Float32Array(4096));
  return {
    network,
    posterior,
    weights,
    converterKey: keyOf(7),
    cells: {
      device: findDevice('mram-sot'),
      key: keyOf(6),
      cellsPerCopy: 2 * network.size,
      weightPerSiemens: new Float32Array(network.size).fill(1e6),
      reprogram: () => ({ weights }),
      bank: (_, targets) => ({
        conductance: targets.map((g, i) => g + 1e-6 * normals[i]!),
        readStd: new Float32Array(targets.length).fill(1e-6),
        share: 1,
      }),
    },
    readout: calibrateReadout(network, weights, inputs, 1, {
      inputBits: null,
      outputBits,
      arrayRows: 64,
      ...(noise > 0 && { errors: { gainError: 0, offset: 0, noise } }),
    }),
  };
}

const common = (network: Network) => ({
  parameters: network.parameters,
  size: network.size,
  method: 'test',
  info: {},
});

const normal = (network: Network): MomentPosterior => ({
  ...common(network),
  kind: 'moments',
  mean: Float32Array.from({ length: network.size }, (_, i) => 0.2 * i - 0.3),
  std: Float32Array.from({ length: network.size }, (_, i) => 0.2 + 0.1 * i),
});

const signs = (network: Network, probability = (i: number) => 0.2 + 0.2 * i): BernoulliPosterior => {
  const p = Float32Array.from({ length: network.size }, (_, i) => probability(i));
  return {
    ...common(network),
    kind: 'bernoulli',
    probability: p,
    magnitude: new Float32Array(network.size).fill(1),
    mean: p.map(p => 2 * p - 1),
  };
};

function predicted(source: EntropySource, chip: ChipState, more: object, rows = [image], count = samples) {
  const inputs = Float32Array.from(rows.flatMap(row => (inputsOf(chip.network) > row.length ? [...row, ...row] : row)));
  const options = source.schema.parse({ entropy: source.name, samples: count, ...more });
  const sampler = source.open(keyOf(3), chip, options);
  const out = new Float32Array(count * rows.length * chip.network.outputs);
  const events = sampler.draw(out, { inputs, count: rows.length }, 0, count);
  return { out, events, sampler, law: source.law!(keyOf(3), chip, options) };
}

const meanOf = (count: number, of: (m: number) => number): number => {
  let sum = 0;
  for (let m = 0; m < count; m++) sum += of(m) / count;
  return sum;
};

const drawing = [
  ['generator, Box–Muller', 'generator', normal, {}],
  ['generator, signs', 'generator', signs, {}],
  ['sum', 'sum', normal, { bits: 12 }],
  ['switching', 'switching', signs, {}],
  ['binary', 'binary', signs, {}],
] as const;

describe.each(drawing)('%s', (_, entropy, posterior, more) => {
  const source = sources[entropy]!;

  test.each([
    ['one channel', shared],
    ['a channel each', grouped],
  ])('shares its weights between positions where it is held, and nothing where it is not: %s', (_, network) => {
    for (const hold of ['input', 'position']) {
      const { out, law } = predicted(source, chipOf(network, posterior(network)), { ...more, hold });
      // Outputs [channel][position]; weights [window][channel] of either kind.
      for (const channel of [0, 1]) {
        const at = (position: number) => 2 * channel + position;
        const mean = [0, 1].map(p => meanOf(samples, m => out[4 * m + at(p)]!));
        const covariance = (p: number, q: number) =>
          meanOf(samples, m => (out[4 * m + at(p)]! - mean[p]!) * (out[4 * m + at(q)]! - mean[q]!));
        const expected = (p: number, q: number) =>
          [0, 1].reduce((sum, r) => sum + image[p + r]! * image[q + r]! * law.std[2 * r + channel]! ** 2, 0);
        for (const p of [0, 1]) {
          const wanted = [0, 1].reduce((sum, r) => sum + image[p + r]! * law.mean[2 * r + channel]!, 0);
          const std = Math.sqrt(expected(p, p));
          expect(Math.abs(mean[p]! - wanted)).toBeLessThan((4.5 * std) / Math.sqrt(samples) + 0.02);
          expect(Math.abs(covariance(p, p) / expected(p, p) - 1)).toBeLessThan(5 * Math.sqrt(2 / samples) + 0.01);
        }
        const scale = Math.sqrt(expected(0, 0) * expected(1, 1));
        const correlation = hold === 'input' ? expected(0, 1) / scale : 0;
        expect(Math.abs(covariance(0, 1) / scale - correlation)).toBeLessThan(5 / Math.sqrt(samples) + 0.01);
      }
    }
  });

  test('draws a weight for each position where it is not held, and counts it', () => {
    const of = (hold: string) => predicted(source, chipOf(shared, posterior(shared)), { ...more, hold }).events;
    const [input, position] = [of('input'), of('position')];
    for (const count of ['bits', 'writes'] as const) expect(position[count]).toBe(2 * input[count]);
    expect(input.bits + input.writes > 0).toBe(entropy !== 'binary');
    // Signs that are read are kept; cells that switch keep them, and are read at every position.
    if (entropy === 'binary') expect([input.reads, position.reads]).toEqual([samples * 2, samples * 4]);
    if (entropy === 'switching') expect([input.reads, position.reads]).toEqual([samples * 4, samples * 4]);
    expect(position.conversions).toBe(input.conversions);
  });

  test('has the same bits however rows and samples are cut', () => {
    const deep = buildNetwork(['conv2d 2 1x2 tanh', 'conv2d 2 1x2', 'flatten', 'dense 2'], [1, 1, 4]);
    const rows = [0, 1, 2].map(row => [1, 2, 3, 4].map(x => Math.sin(x + row)));
    const chip = chipOf(deep, posterior(deep), 6, 0.01);
    const { out, sampler } = predicted(source, chip, { ...more, hold: 'position' }, rows, 5);
    for (const [first, count] of [
      [0, 2],
      [2, 3],
    ] as const) {
      for (const row of rows.keys()) {
        const part = new Float32Array(count * 2);
        sampler.draw(part, { inputs: Float32Array.from(rows[row]!), count: 1, numbers: [row] }, first, count);
        for (let m = 0; m < count; m++) {
          for (const j of [0, 1]) expect(part[2 * m + j]).toBe(out[((first + m) * 3 + row) * 2 + j]);
        }
      }
    }
  });

  test('is the same for dense layers either way', () => {
    const dense = buildNetwork(['dense 3 tanh', 'dense 2'], [3]);
    const of = (hold: string) => predicted(source, chipOf(dense, posterior(dense)), { ...more, hold }, [image], 20);
    expect(of('position').out).toEqual(of('input').out);
    expect(of('position').events).toEqual(of('input').events);
  });
});

test('layers before those that are random have one draw for all positions', () => {
  const two = buildNetwork(['conv2d 1 1x1 bias=false', 'conv2d 1 1x1 bias=false', 'flatten'], [1, 1, 3]);
  const posterior = { ...normal(two), mean: Float32Array.of(0.5, 1), std: Float32Array.of(0, 0.3) };
  const of = (heldOnce: number) =>
    predicted(sources.generator!, { ...chipOf(two, posterior), heldOnce }, { hold: 'position' }, [image], 200);
  const { out, events } = of(1);
  expect(events.bits).toBe(200 * 3 * 32);
  const at = (position: number) => out.filter((_, i) => i % 3 === position).map(y => y / image[position]!);
  expect(new Set(at(0)).size).toBeGreaterThan(20);
  expect(at(0)).not.toEqual(at(1));
  // Of whatever spread: one draw, for all samples.
  const spread = { ...posterior, std: Float32Array.of(0.3, 0) };
  const still = predicted(
    sources.generator!,
    { ...chipOf(two, spread), heldOnce: 1 },
    { hold: 'position' },
    [image],
    20,
  );
  for (const [i, y] of still.out.entries()) expect(y / image[i % 3]!).toBeCloseTo(still.out[0]!, 6);
});

test('conversions of each position have noise of their own', () => {
  const still = { ...normal(shared), std: new Float32Array(shared.size).fill(1e-9) };
  const chip = chipOf(shared, still, 16, 0.05);
  const { out } = predicted(sources.sum!, chip, { hold: 'position' });
  const mean = [0, 1].map(p => meanOf(samples, m => out[4 * m + p]!));
  const covariance = (p: number, q: number) =>
    meanOf(samples, m => (out[4 * m + p]! - mean[p]!) * (out[4 * m + q]! - mean[q]!));
  const std = 0.05 * chip.readout.layers[0]!.output.high;
  expect(Math.abs(covariance(0, 0) / std ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / samples) + 0.01);
  expect(Math.abs(covariance(0, 1))).toBeLessThan((5 * std ** 2) / Math.sqrt(samples));
});

test('signs read at each position share what cells remember: 2/π arcsin of the share', () => {
  const wide = buildNetwork(['conv2d 300 1x1 bias=false', 'flatten'], [1, 1, 2]);
  const even = signs(wide, () => 0.5);
  const time = 3e-6;
  const chip = { ...chipOf(wide, even), readCorrelation: (lag: number) => 0.8 * Math.exp(-lag / time) };
  const count = 200;
  const { out } = predicted(sources.binary!, chip, { hold: 'position' }, [[1, 1]], count);
  const share = (lag: number, position: number) => {
    let sum = 0;
    for (let m = lag; m < count; m++) {
      for (let c = 0; c < 300; c++) sum += out[m * 600 + 2 * c]! * out[(m - lag) * 600 + 2 * c + position]!;
    }
    return sum / ((count - lag) * 300);
  };
  const arcsine = (rho: number) => (2 / Math.PI) * Math.asin(rho);
  const left = Math.exp(-1 / 3);
  for (const position of [0, 1]) {
    for (const lag of [1, 3]) expect(Math.abs(share(lag, position) - arcsine(0.8 * left ** lag))).toBeLessThan(0.03);
  }
  expect(Math.abs(share(0, 1) - arcsine((0.8 * 2 * left) / (1 + left)))).toBeLessThan(0.03);
  expect(share(0, 0)).toBeCloseTo(1, 6);
});

test('masks are held over positions, as they were trained', () => {
  const options = check(sources.switching!.schema, { entropy: 'switching', cells: 'mram-sot', hold: 'position' });
  const device = findDevice('pcm-ibm');
  const refused = sources.switching!.lacks(device, { kind: 'samples', method: 'dropout' }, options, {
    readNoise: true,
  });
  expect(refused).toContain('holds masks over the positions of a convolution, as they were trained');
  expect(sources.switching!.lacks(device, { kind: 'bernoulli' }, options, { readNoise: true })).toBeUndefined();
});

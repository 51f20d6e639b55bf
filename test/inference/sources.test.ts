import { describe, expect, test } from 'vitest';
import type { MomentPosterior, Posterior } from '../../src/bayes/index.ts';
import type { Device } from '../../src/device/index.ts';
import { type ChipState, calibrateReadout, type EntropySource, entropySources } from '../../src/inference/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { chipCells } from '../../src/pipeline/chip-cells.ts';
import { fillNormal, fillUniform, keyOf } from '../../src/random/index.ts';
import { programChip, readChip } from '../../src/transfer/index.ts';
import { limit, planned } from './planned.ts';

const samples = 2000;
const inputs = 5;
const outputs = 3;
const network = buildNetwork([`linear ${outputs} bias=false`], [inputs]);
const { size } = network;

/** Cells with both randomnesses of programming and read noise that reads share for a while. */
const device: Device = {
  name: 'both',
  title: 'Two randomnesses',
  provenance: 'assumption',
  cite: [],
  range: { low: 20e-6, high: 100e-6 },
  rest: { mean: 2e-6, std: 0.5e-6, deviceStd: 0.5e-6, shape: 'normal' },
  readVoltage: 0.2,
  referenceTime: 1,
  programming: { std: () => 4e-6, deviceStd: () => 3e-6 },
  read: { std: { absolute: () => 1e-6 }, shape: 'normal', spectrum: 'white', duration: 1e-6 },
  stuck: { high: 0, low: 0 },
};

const posterior: MomentPosterior = {
  kind: 'moments',
  method: 'test',
  parameters: network.parameters,
  size,
  info: {},
  mean: fillNormal(keyOf(1), new Float32Array(size)).map(z => 0.4 * z),
  std: fillUniform(keyOf(2), new Float32Array(size)).map(u => 0.05 + 0.2 * u),
};

/** One copy of the means on simulated cells, seen through perfect converters. */
function chipOf(of: Posterior = posterior, readNoise = true): ChipState {
  const plan = planned(of, network.matrices, device);
  const chip = programChip(keyOf(4), plan, device, { kind: 'single-pulse' });
  const how = { time: 1, compensation: 'none', readNoise } as const;
  const eye = new Float32Array(inputs * inputs).map((_, i) => (i % (inputs + 1) === 0 ? 1 : 0));
  return {
    network,
    posterior: of,
    ...readChip(chip, device, how),
    cells: chipCells(chip, device, 'single-pulse', how)!,
    readout: calibrateReadout(network, plan.intended, eye, inputs, {
      inputBits: null,
      outputBits: null,
      arrayRows: 64,
    }),
  };
}

/** Weights of every sample, [samples, size]: unit vectors lead each to its output. */
function weightsOf(source: EntropySource, chip: ChipState, more: object = {}, seed = 3) {
  const options = source.schema.parse({ entropy: source.name, samples, ...more });
  const eye = new Float32Array(inputs * inputs).map((_, i) => (i % (inputs + 1) === 0 ? 1 : 0));
  const out = new Float32Array(samples * size);
  const events = source.open(keyOf(seed), chip, options).draw(out, { inputs: eye, count: inputs }, 0, samples);
  return { weights: out, events, law: source.law!(keyOf(seed), chip, options) };
}

/** Mean, spread and covariance with the sample before, of each weight. */
function momentsOf(weights: Float32Array, i: number) {
  let [mean, square, before] = [0, 0, 0];
  for (let m = 0; m < samples; m++) mean += weights[m * size + i]! / samples;
  for (let m = 0; m < samples; m++) {
    square += (weights[m * size + i]! - mean) ** 2 / samples;
    if (m > 0) before += ((weights[m * size + i]! - mean) * (weights[(m - 1) * size + i]! - mean)) / (samples - 1);
  }
  return { mean, std: Math.sqrt(square), correlation: before / square };
}

const { read, reprogram, output, sum, generator } = entropySources as unknown as Record<string, EntropySource>;

describe.each([
  ['read', read!, {}],
  ['reprogram', reprogram!, {}],
  ['output, matched', output!, {}],
  ['sum', sum!, {}],
  ['generator, Box–Muller', generator!, {}],
  ['generator, Wallace', generator!, { generator: 'wallace' }],
])('%s', (name, source, more) => {
  const chip = chipOf();
  const { weights, law } = weightsOf(source, chip, more);

  test('has the moments of its law, and samples that share nothing', () => {
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const { mean, std, correlation } = momentsOf(weights, i);
      expect(Math.abs(mean - law.mean[i]!)).toBeLessThan((4 * law.std[i]!) / Math.sqrt(samples) + 1e-3);
      expect(Math.abs(std / law.std[i]! - 1)).toBeLessThan(4 / Math.sqrt(2 * samples) + 0.01);
      squares += correlation ** 2 * samples;
    }
    // A sum of 15 squares of standard normals.
    expect(squares).toBeLessThan(38);
  });

  test('draws weights that share nothing', () => {
    for (let i = 1; i < size; i++) {
      const [a, b] = [momentsOf(weights, 0), momentsOf(weights, i)];
      let covariance = 0;
      for (let m = 0; m < samples; m++) {
        covariance += ((weights[m * size]! - a.mean) * (weights[m * size + i]! - b.mean)) / samples;
      }
      expect(Math.abs(covariance / (a.std * b.std))).toBeLessThan(4.5 / Math.sqrt(samples));
    }
  });

  test('draws other numbers for another key, on the same chip', () => {
    const again = weightsOf(source, chip, more, 5);
    expect(again.weights).not.toEqual(weights);
    if (name !== 'reprogram') expect(again.law).toEqual(law);
  });
});

test('programming anew draws the cycles anew and leaves the devices as they are', () => {
  const quiet = chipOf(posterior, false);
  const { weights, events } = weightsOf(reprogram!, quiet);
  const { target } = planned(posterior, network.matrices, device);
  const per = limit / 98e-6;
  const variance = (i: number, on: number, rest: number) =>
    per ** 2 * ((target[2 * i] === 0 ? rest : on) ** 2 + (target[2 * i + 1] === 0 ? rest : on) ** 2);
  const sums = { spread: 0, frozen: 0, cycles: 0, devices: 0 };
  for (let i = 0; i < size; i++) {
    const { mean, std } = momentsOf(weights, i);
    sums.spread += std ** 2;
    sums.frozen += (mean - planned(posterior, network.matrices, device).intended[i]!) ** 2;
    sums.cycles += variance(i, 4e-6, 0.5e-6);
    sums.devices += variance(i, 3e-6, 0.5e-6);
  }
  expect(Math.abs(sums.spread / sums.cycles - 1)).toBeLessThan(4 * Math.sqrt(2 / (samples * size)) + 0.01);
  expect(sums.frozen / sums.devices).toBeGreaterThan(0.3);
  expect(sums.frozen / sums.devices).toBeLessThan(2.2);
  expect(events.writes).toBe(samples * inputs * 2 * size);
});

test('noise of one spread for each column is that of the weights over the calibration inputs', () => {
  const chip = chipOf(posterior, false);
  const { weights } = weightsOf(output!, chip, { spread: 'constant' });
  for (let j = 0; j < outputs; j++) {
    let expected = 0;
    for (let i = 0; i < inputs; i++) expected += posterior.std[i * outputs + j]! ** 2 / inputs;
    for (let i = 0; i < inputs; i++) {
      const { std } = momentsOf(weights, i * outputs + j);
      expect(Math.abs(std / Math.sqrt(expected) - 1)).toBeLessThan(4 / Math.sqrt(2 * samples));
    }
  }
});

test('binary weights are compared with their stored probability', () => {
  const probability = fillUniform(keyOf(6), new Float32Array(size));
  const magnitude = new Float32Array(size).fill(0.5);
  const mean = probability.map(p => (2 * p - 1) * 0.5);
  const { parameters } = network;
  const binary = { kind: 'bernoulli', method: 'x', parameters, size, info: {}, probability, magnitude, mean } as const;
  const { weights, law } = weightsOf(generator!, { ...chipOf(), posterior: binary });
  expect(weights.every(w => Math.abs(w) === 0.5)).toBe(true);
  for (let i = 0; i < size; i++) {
    expect(Math.abs(law.mean[i]! - mean[i]!)).toBeLessThan(1 / 512 + 1e-6);
    expect(Math.abs(momentsOf(weights, i).mean - law.mean[i]!)).toBeLessThan((4 * 0.5) / Math.sqrt(samples));
  }
});

test('a chip whose cells are not known programs none', () => {
  const { cells: _cells, ...measured } = chipOf();
  for (const source of [reprogram!, sum!, output!]) {
    const options = source.schema.parse({ entropy: source.name });
    expect(() => source.open(keyOf(1), measured, options)).toThrow(`'${source.name}' programs cells of the chip`);
  }
});

test('what a posterior or a device lacks is a sentence', () => {
  const ask = (source: EntropySource, of: Device, kind: Posterior['kind']) =>
    source.lacks(of, { kind }, source.schema.parse({ entropy: source.name }), { readNoise: true });
  for (const source of [sum!, output!, generator!]) {
    expect(ask(source, device, 'point')).toContain('adds the spread of a posterior, and a point has none');
    expect(ask(source, device, 'moments')).toBeUndefined();
  }
  const alike = { ...device, programming: { std: () => 0 } };
  expect(ask(sum!, alike, 'moments')).toContain('needs cells that differ');
});

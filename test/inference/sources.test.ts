import { describe, expect, test } from 'vitest';
import type { BernoulliPosterior, MomentPosterior, Posterior } from '../../src/bayes/index.ts';
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
const both: Device = {
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
function chipOf(of: Posterior = posterior, readNoise = true, device = both, method?: 'threshold'): ChipState {
  const plan = planned(of, network.matrices, device, method);
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

const {
  read,
  reprogram,
  output,
  sum,
  generator,
  binary: plane,
  switching,
  'frozen-read': frozenRead,
} = entropySources as unknown as Record<string, EntropySource>;

/** Signs of any probability. */
const signs: BernoulliPosterior = {
  kind: 'bernoulli',
  method: 'test',
  parameters: network.parameters,
  size,
  info: {},
  probability: Float32Array.from({ length: size }, (_, i) => 0.02 + (0.96 * i) / (size - 1)),
  magnitude: new Float32Array(size).fill(0.5),
  mean: Float32Array.from({ length: size }, (_, i) => 0.02 + (0.96 * i) / (size - 1) - 0.5),
};

/** Cells that are programmed without error and read with noise. */
const exact: Device = {
  ...both,
  rest: { mean: 2e-6, std: 0, shape: 'normal' },
  programming: { std: () => 0 },
  switching: { voltage: 1, width: 0.05 },
};

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
  const { target, intended } = planned(posterior, network.matrices, both);
  const per = limit / 98e-6;
  const variance = (i: number, on: number, rest: number) =>
    per ** 2 * ((target[2 * i] === 0 ? rest : on) ** 2 + (target[2 * i + 1] === 0 ? rest : on) ** 2);
  const sums = { spread: 0, frozen: 0, cycles: 0, devices: 0 };
  for (let i = 0; i < size; i++) {
    const { mean, std } = momentsOf(weights, i);
    sums.spread += std ** 2;
    sums.frozen += (mean - intended[i]!) ** 2;
    sums.cycles += variance(i, 4e-6, 0.5e-6);
    sums.devices += variance(i, 3e-6, 0.5e-6);
  }
  expect(Math.abs(sums.spread / sums.cycles - 1)).toBeLessThan(4 * Math.sqrt(2 / (samples * size)) + 0.01);
  expect(sums.frozen / sums.devices).toBeGreaterThan(0.3);
  expect(sums.frozen / sums.devices).toBeLessThan(2.2);
  expect(events.writes).toBe(samples * inputs * 2 * size);
});

test('programming anew leaves what is held once as it is on the chip', () => {
  const chip = chipOf(posterior, false);
  const options = reprogram!.schema.parse({ entropy: 'reprogram', samples: 8 });
  const { mean, std } = reprogram!.law!(keyOf(3), { ...chip, heldOnce: 1 }, options);
  for (let i = 0; i < size; i++) {
    expect(mean[i]).toBeCloseTo(chip.weights[i]!, 6);
    expect(std[i]).toBeCloseTo(0, 6);
  }
});

test('half against half has the trained spread in the mean over words', () => {
  const { std } = sum!.law!(keyOf(3), chipOf(), sum!.schema.parse({ entropy: 'sum' }));
  const mean = std.reduce((total, s, i) => total + (s / posterior.std[i]!) ** 2 / size, 0);
  // S² of 16 cells varies by √(2/15) from word to word.
  expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(2 / 15 / size) + 0.02);
});

test('noise at outputs counts the bias line, driven with 1', () => {
  const biased = buildNetwork(['linear 2'], [3]);
  const zeros = new Float32Array(biased.size);
  const std = Float32Array.from({ length: biased.size }, (_, i) => 0.1 + 0.01 * i);
  const exactly = (_: string, targets: Float32Array) => ({ conductance: targets, readStd: zeros, share: 1 });
  const of = { ...posterior, parameters: biased.parameters, size: biased.size, mean: zeros, std };
  const inputs = new Float32Array(3);
  const chip: ChipState = {
    network: biased,
    weights: zeros,
    posterior: of,
    cells: { ...chipOf().cells!, bank: exactly },
    readout: calibrateReadout(biased, zeros, inputs, 1, { inputBits: null, outputBits: null, arrayRows: 64 }),
  };
  const out = new Float32Array(samples * 2);
  output!
    .open(keyOf(3), chip, output!.schema.parse({ entropy: 'output', samples }))
    .draw(out, { inputs, count: 1 }, 0, samples);
  for (const j of [0, 1]) {
    let square = 0;
    for (let m = 0; m < samples; m++) square += out[2 * m + j]! ** 2 / samples;
    expect(Math.abs(Math.sqrt(square) / std[6 + j]! - 1)).toBeLessThan(4 / Math.sqrt(2 * samples));
  }
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

/** A chip that holds `weights` and their variances `std`² without error, and has seen `inputs`. */
function faithful(of: typeof network, std: Float32Array, weights: Float32Array, inputs: Float32Array): ChipState {
  const exactly = (_: string, targets: Float32Array) => ({
    conductance: targets,
    readStd: new Float32Array(targets.length),
    share: 1,
  });
  return {
    network: of,
    weights,
    posterior: { ...posterior, parameters: of.parameters, size: of.size, mean: weights, std },
    cells: { ...chipOf().cells!, bank: exactly },
    readout: calibrateReadout(of, weights, inputs, 1, { inputBits: null, outputBits: null, arrayRows: 64 }),
  };
}

/** Covariance of two of the `count` outputs with noise at outputs. */
function noiseOf(chip: ChipState, spread: 'matched' | 'constant', inputs: Float32Array, count: number) {
  const out = new Float32Array(samples * count);
  output!
    .open(keyOf(3), chip, output!.schema.parse({ entropy: 'output', samples, spread }))
    .draw(out, { inputs, count: 1 }, 0, samples);
  return (a: number, b = a) => {
    let [x, y, xy] = [0, 0, 0];
    for (let at = 0; at < out.length; at += count) {
      x += out[at + a]! / samples;
      y += out[at + b]! / samples;
      xy += (out[at + a]! * out[at + b]!) / samples;
    }
    return xy - x * y;
  };
}

test('the law of half against half is that of words whose cells vary as all do', () => {
  const [words, cells] = [1000, 4];
  const many = buildNetwork(['linear 20 bias=false'], [50]);
  const normals = fillNormal(keyOf(6), new Float32Array(words * cells));
  const bank = (_: string, targets: Float32Array) => ({
    conductance: targets.map((goal, i) => goal + 4e-6 * normals[i]!),
    readStd: new Float32Array(targets.length),
    share: 1,
  });
  const std = new Float32Array(words).fill(0.2);
  const chip = faithful(many, std, new Float32Array(words), new Float32Array(50));
  const options = sum!.schema.parse({ entropy: 'sum', cells });
  const law = sum!.law!(keyOf(3), { ...chip, cells: { ...chip.cells!, bank } }, options);
  const mean = law.std.reduce((total, s) => total + (s / 0.2) ** 2 / words, 0);
  // Variances of four cells vary by √(2/3), with three below them.
  expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(2 / 3 / words));
});

test.each(['matched', 'constant'] as const)('noise at outputs of groups is that of their own weights, %s', spread => {
  // Outputs [channel][position] of two groups of two channels each, at two positions.
  const grouped = buildNetwork(['conv2d 4 1x1 groups=2 bias=false', 'flatten'], [4, 1, 2]);
  const std = Float32Array.from({ length: grouped.size }, (_, i) => 0.05 + 0.04 * i);
  const inputs = Float32Array.of(1, 1.5, 0.5, 0.75, 2, 3, 0.25, 1);
  const covariance = noiseOf(faithful(grouped, std, new Float32Array(grouped.size), inputs), spread, inputs, 8);
  const square = (channel: number, position: number) =>
    spread === 'matched'
      ? inputs[2 * channel + position]! ** 2
      : (inputs[2 * channel]! ** 2 + inputs[2 * channel + 1]! ** 2) / 2;
  for (let j = 0; j < 4; j++) {
    const first = 2 * Math.floor(j / 2);
    for (const position of [0, 1]) {
      const expected = square(first, position) * std[j]! ** 2 + square(first + 1, position) * std[4 + j]! ** 2;
      expect(Math.abs(covariance(2 * j + position) / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / samples) + 1e-3);
    }
  }
  for (let a = 0; a < 8; a++) {
    for (let b = 0; b < a; b++) {
      const found = covariance(a, b) / Math.sqrt(covariance(a) * covariance(b));
      expect(Math.abs(found), `${a} ${b}`).toBeLessThan(5 / Math.sqrt(samples));
    }
  }
});

test('noise at outputs of one layer has nothing of that of the layer before', () => {
  const two = buildNetwork(['linear 1 bias=false', 'linear 1 bias=false'], [1]);
  const [one, std] = [Float32Array.of(1), Float32Array.of(0.1, 0.1)];
  const variance = noiseOf(faithful(two, std, Float32Array.of(1, 1), one), 'constant', one, 1)(0);
  expect(Math.abs(variance / 0.02 - 1)).toBeLessThan(4 * Math.sqrt(2 / samples));
});

test('the law of noise at outputs has the read noise of the means besides', () => {
  const std = Float32Array.from({ length: size }, () => 0.3);
  const chip = faithful(network, std, new Float32Array(size), new Float32Array(inputs));
  const variances = new Float32Array(size).fill(0.16);
  const options = output!.schema.parse({ entropy: 'output', samples });
  for (const s of output!.law!(keyOf(3), { ...chip, variances }, options).std) expect(s).toBeCloseTo(0.5, 5);
});

/** Whether signs are + as often as probabilities say, [size]. */
function expectShares(weights: Float32Array, probability: ArrayLike<number>, worth = samples) {
  for (let i = 0; i < size; i++) {
    const p = probability[i]!;
    const share = momentsOf(weights, i).mean + 0.5;
    expect(Math.abs(share - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / worth) + 1 / 512);
  }
}

test('binary weights are compared with their stored probability', () => {
  const { weights, law } = weightsOf(generator!, { ...chipOf(), posterior: signs });
  expect(weights.every(w => Math.abs(w) === 0.5)).toBe(true);
  expectShares(weights, signs.probability);
  for (let i = 0; i < size; i++) expect(Math.abs(law.mean[i]! - signs.mean[i]!)).toBeLessThan(1 / 512 + 1e-6);
});

test('binary weights of probability 0 and 1 never change', () => {
  const probability = Float32Array.from({ length: size }, (_, i) => i % 2);
  const { weights } = weightsOf(generator!, { ...chipOf(), posterior: { ...signs, probability } });
  expect(weights.every((w, at) => w === ((at % size) % 2 === 1 ? 0.5 : -0.5))).toBe(true);
});

test('circuits take their own bits of registers for each weight', () => {
  const bitsOf = (more: object, of: Posterior = posterior) =>
    weightsOf(generator!, { ...chipOf(), posterior: of }, more).events.bits / (samples * inputs * size);
  expect([bitsOf({}), bitsOf({ generator: 'wallace' }), bitsOf({ bits: 6 }, signs)]).toEqual([32, 16, 6]);
});

test('drawn weights stay in the range of their bits, four spreads about the mean', () => {
  const centred = { ...posterior, mean: new Float32Array(size), std: new Float32Array(size).fill(0.1) };
  // Of so many draws some eight lie beyond.
  const drawn = [3, 4, 5, 6].map(seed => weightsOf(generator!, { ...chipOf(), posterior: centred }, {}, seed).weights);
  const largest = drawn.flatMap(weights => [...weights]).reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  expect(largest).toBeCloseTo(0.4, 5);
});

describe('a weight plane and a noise plane', () => {
  test('read + with the trained probability, P = Φ((G − G_ref)/σ), where cells are programmed without error', () => {
    const { weights, law, events } = weightsOf(plane!, chipOf(signs, true, exact, 'threshold'));
    for (let i = 0; i < size; i++) expect(law.mean[i]! + 0.5).toBeCloseTo(signs.probability[i]!, 4);
    expectShares(weights, signs.probability);
    // Word lines are read one by one, and nothing is converted.
    expect(events).toMatchObject({ reads: samples * inputs * inputs, conversions: 0, writes: 0, bits: 0 });
  });

  test('hold their law where cells are off, and share nothing between weights', () => {
    const { weights, law } = weightsOf(plane!, chipOf(signs, true, both, 'threshold'));
    const probability = law.mean.map(m => m + 0.5);
    expect(probability.some((p, i) => Math.abs(p - signs.probability[i]!) > 0.05)).toBe(true);
    expectShares(weights, probability);
    let squares = 0;
    for (let i = 0; i < size; i++) {
      // Signs that never change have no correlation.
      if (law.std[i]! > 0.05) squares += momentsOf(weights, i).correlation ** 2 * samples;
    }
    expect(squares).toBeLessThan(38);
  });

  test('remember: signs of probability ½ whose noise shares ρ correlate by 2/π arcsin ρ', () => {
    const even = { ...signs, probability: new Float32Array(size).fill(0.5), mean: new Float32Array(size) };
    const chip = chipOf(even, true, exact, 'threshold');
    const readCorrelation = (lag: number) => Math.exp(-lag / 3e-6);
    const many = { samples: 400 };
    const options = plane!.schema.parse({ entropy: 'binary', ...many });
    const eye = new Float32Array(inputs * inputs).map((_, i) => (i % (inputs + 1) === 0 ? 1 : 0));
    const out = new Float32Array(many.samples * size);
    plane!.open(keyOf(3), { ...chip, readCorrelation }, options).draw(out, { inputs: eye, count: inputs }, 0, 400);
    for (const lag of [1, 3]) {
      let sum = 0;
      for (let at = lag * size; at < out.length; at++) sum += 4 * out[at]! * out[at - lag * size]!;
      const found = sum / (out.length - lag * size);
      const expected = (2 / Math.PI) * Math.asin(Math.exp(-lag / 3));
      expect(Math.abs(found - expected)).toBeLessThan(0.05);
    }
  });
});

test('cells switch by the probability of each weight, two writes a bit', () => {
  const { weights, events } = weightsOf(switching!, chipOf(signs, true, exact));
  expectShares(weights, signs.probability);
  let squares = 0;
  for (let i = 0; i < size; i++) squares += momentsOf(weights, i).correlation ** 2 * samples;
  expect(squares).toBeLessThan(38);
  expect(events.writes).toBe(samples * inputs * 2 * size);
  // Cells of another device than that of the weights.
  expectShares(weightsOf(switching!, chipOf(signs), { cells: 'mram-sot' }).weights, signs.probability);
});

test('cells that are stuck leave the same bit at every sample', () => {
  const stuck = { ...exact, stuck: { high: 0.4, low: 0.4 } };
  const even = { ...signs, probability: new Float32Array(size).fill(0.5) };
  const { weights } = weightsOf(switching!, chipOf(even, true, stuck));
  const ups = Array.from({ length: size }, (_, i) => {
    let up = 0;
    for (let m = 0; m < samples; m++) up += Number(weights[m * size + i]! > 0);
    return up / samples;
  });
  const counts = [ups.filter(up => up === 1), ups.filter(up => up === 0)].map(({ length }) => length);
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[1]).toBeGreaterThan(0);
  // The others are as likely up as down.
  for (const up of ups) if (up > 0 && up < 1) expect(Math.abs(up - 0.5)).toBeLessThan(0.05);
});

test.each(['units', 'connections', 'scale'] as const)('noise of cells under masks is shared as cells are, %s', kind => {
  const [width, columns, share, count] = [60, 40, 0.4, 150];
  const two = buildNetwork([`linear ${width} bias=false`, `linear ${columns} bias=false`], [1]);
  const inputs = Float32Array.of(1);
  const weights = new Float32Array(two.size).fill(1, 0, width);
  const readCorrelation = (lag: number) => 0.8 * Math.exp(-lag / 5e-6);
  const chip: ChipState = {
    network: two,
    weights,
    variances: new Float32Array(two.size).fill(0.01, width),
    readCorrelation,
    cells: chipOf().cells!,
    posterior: {
      ...{
        kind: 'samples',
        method: 'dropout',
        parameters: two.parameters,
        size: two.size,
        count: 1,
        chains: 1,
        best: 0,
      },
      samples: weights,
      info: { share, kind, layers: 'all' },
    },
    readout: calibrateReadout(two, weights, inputs, 1, { inputBits: null, outputBits: null, arrayRows: 64 }),
  };
  const options = switching!.schema.parse({ entropy: 'switching', samples: count, cells: 'mram-sot' });
  const out = new Float32Array(count * columns);
  switching!.open(keyOf(3), chip, options).draw(out, { inputs, count: 1 }, 0, count);
  const product = (lag: number) => {
    let sum = 0;
    for (let at = lag * columns; at < out.length; at++) sum += out[at]! * out[at - lag * columns]!;
    return sum / (out.length - lag * columns);
  };
  // E f f′ ρ Σ σ²: factors have the mean 1, and where a layer has one mask the roots of variances are its factors.
  for (const lag of [1, 3]) {
    expect(Math.abs(product(lag) / (width * 0.01) - readCorrelation(lag * 1e-6))).toBeLessThan(0.09);
  }
});

describe.each(['units', 'connections', 'scale'] as const)('masks of dropout, %s', kind => {
  const [share, width] = [0.3, 4];
  const two = buildNetwork([`linear ${width} bias=false`, `linear ${outputs} bias=false`], [width]);
  const eye = new Float32Array(width * width).map((_, i) => (i % (width + 1) === 0 ? 1 : 0));
  const second = fillNormal(keyOf(12), new Float32Array(width * outputs));
  const weights = Float32Array.from([...eye, ...second]);
  const chip: ChipState = {
    network: two,
    weights,
    variances: new Float32Array(weights.length),
    cells: chipOf().cells!,
    posterior: {
      kind: 'samples',
      method: 'dropout',
      parameters: two.parameters,
      size: two.size,
      count: 1,
      chains: 1,
      best: 0,
      samples: weights,
      info: { share, kind, layers: 'all' },
    },
    readout: calibrateReadout(two, weights, eye, width, { inputBits: null, outputBits: null, arrayRows: 64 }),
  };
  const options = switching!.schema.parse({ entropy: 'switching', samples, cells: 'mram-sot' });
  const out = new Float32Array(samples * second.length);
  const events = switching!.open(keyOf(3), chip, options).draw(out, { inputs: eye, count: width }, 0, samples);
  /** Factor of each weight of the second layer in a sample. */
  const factor = (m: number, i: number) => out[m * second.length + i]! / second[i]!;

  test('leave out, or halve, with the trained probability, and have the mean 1', () => {
    const low = kind === 'scale' ? 0.5 : 0;
    const mean = 1 - share + share * low;
    const law = switching!.law!(keyOf(3), chip, options);
    for (let i = 0; i < second.length; i++) {
      let lower = 0;
      for (let m = 0; m < samples; m++) {
        const found = factor(m, i);
        const isLow = Math.abs(found - low / mean) < 1e-3;
        expect(isLow || Math.abs(found - 1 / mean) < 1e-3).toBe(true);
        if (isLow) lower++;
      }
      expect(Math.abs(lower / samples - share)).toBeLessThan(4.5 * Math.sqrt((share * (1 - share)) / samples));
      const spread = (Math.sqrt(share * (1 - share)) * (1 - low)) / mean;
      expect(law.mean[eye.length + i]).toBe(second[i]);
      expect(law.std[eye.length + i]! / Math.abs(second[i]!)).toBeCloseTo(spread, 4);
    }
    expect([...law.std.slice(0, eye.length)]).toEqual(Array(eye.length).fill(0));
  });

  test('multiply the noise of reads with the weights', () => {
    const low = kind === 'scale' ? 0.5 : 0;
    const mean = 1 - share + share * low;
    const noisy: ChipState = {
      ...chip,
      weights: Float32Array.from([...eye, ...new Float32Array(second.length)]),
      variances: Float32Array.from(weights, (_, i) => (i < eye.length ? 0 : 0.04)),
    };
    const noise = new Float32Array(out.length);
    switching!.open(keyOf(3), noisy, options).draw(noise, { inputs: eye, count: width }, 0, samples);
    const square = noise.reduce((sum, x) => sum + x * x, 0) / noise.length;
    const expected = (0.04 * (share * low ** 2 + 1 - share)) / mean ** 2;
    expect(Math.abs(square / expected - 1)).toBeLessThan(0.05);
    const law = switching!.law!(keyOf(3), noisy, options).std;
    for (const s of law.slice(eye.length)) expect(s ** 2).toBeCloseTo(expected, 5);
  });

  test('are shared as they were trained, two writes a bit', () => {
    const alike = (a: number, b: number) => {
      let same = 0;
      for (let m = 0; m < samples; m++) if (Math.abs(factor(m, a) - factor(m, b)) < 1e-3) same++;
      return same / samples;
    };
    const chance = share ** 2 + (1 - share) ** 2;
    const near = (found: number) => expect(Math.abs(found - chance)).toBeLessThan(0.05);
    // Weights 0 and 1 are of one input, 0 and 3 of two.
    if (kind === 'connections') near(alike(0, 1));
    else expect(alike(0, 1)).toBe(1);
    if (kind === 'scale') expect(alike(0, outputs)).toBe(1);
    else near(alike(0, outputs));
    const bits = { units: width, connections: width * outputs, scale: 1 }[kind];
    expect(events.writes).toBe(samples * width * 2 * bits);
    expect(events.conversions).toBeGreaterThan(0);
  });
});

test('a few copies are read in turn, and reads of one copy remember each other', () => {
  const [one, copies] = [chipOf(), 4];
  const weights = fillNormal(keyOf(8), new Float32Array(copies * size));
  const variances = new Float32Array(copies * size).fill(0.01);
  const chip = { ...one, weights, variances, readCorrelation: (lag: number) => Math.exp(-lag / 8e-6) };
  const options = frozenRead!.schema.parse({ entropy: 'frozen-read', samples: 400, copies });
  const eye = new Float32Array(inputs * inputs).map((_, i) => (i % (inputs + 1) === 0 ? 1 : 0));
  const out = new Float32Array(400 * size);
  frozenRead!.open(keyOf(3), chip, options).draw(out, { inputs: eye, count: inputs }, 0, 400);
  const noise = out.map((w, at) => w - weights[(Math.floor(at / size) % copies) * size + (at % size)]!);
  const covariance = (lag: number) => {
    let sum = 0;
    for (let at = lag * size; at < noise.length; at++) sum += noise[at]! * noise[at - lag * size]!;
    return sum / (noise.length - lag * size) / 0.01;
  };
  expect(Math.abs(covariance(0) - 1)).toBeLessThan(0.1);
  // Four intervals of 1 µs to the next read of the same copy; reads of other copies share nothing.
  expect(Math.abs(covariance(4) - Math.exp(-0.5))).toBeLessThan(0.1);
  for (const lag of [1, 2, 3]) expect(Math.abs(covariance(lag))).toBeLessThan(0.08);
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
    expect(ask(source, both, 'point')).toContain('adds the spread of a posterior, and a point has none');
    expect(ask(source, both, 'moments')).toBeUndefined();
  }
  for (const source of [plane!, switching!]) {
    expect(ask(source, exact, 'moments')).toMatch(/wants a Bernoulli posterior/);
    expect(ask(source, exact, 'bernoulli')).toBeUndefined();
  }
  expect(ask(switching!, both, 'bernoulli')).toContain('needs cells that a pulse switches by chance');
  const { read: _read, ...quiet } = both;
  expect(ask(plane!, quiet, 'bernoulli')).toContain("'binary' draws signs from read noise");
  expect(ask(frozenRead!, quiet, 'moments')).toContain("'frozen-read' needs a device with read noise");
  const alike = { ...both, programming: { std: () => 0 } };
  expect(ask(sum!, alike, 'moments')).toContain('needs cells that differ');
});

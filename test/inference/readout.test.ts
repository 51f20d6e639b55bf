import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { findDevice } from '../../src/device/index.ts';
import {
  type ChipState,
  calibrateReadout,
  entropySources,
  predictSoftware,
  predictSoftwareInTurns,
  probabilities,
} from '../../src/inference/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { fillNormal, type Key, keyOf } from '../../src/random/index.ts';

const network = buildNetwork(['dense 6 tanh', 'dense 5 relu', 'dense 3'], [4]);
const copies = 5;
const count = 40;
const weights = fillNormal(keyOf(1), new Float32Array(copies * network.size));
const inputs = fillNormal(keyOf(2), new Float32Array(count * 4));
const key = keyOf(3);
const ideal = { copies: 8, inputBits: null, outputBits: null, arrayRows: 128 };

const readout = (bits: number | null, arrayRows = 128) =>
  calibrateReadout(network, weights, inputs, count, { copies: 8, inputBits: bits, outputBits: bits, arrayRows });

/** All copies of a chip on all inputs. */
function predict(chip: ChipState, x: Float32Array, rows: number, own: Key) {
  const samples = chip.weights.length / chip.network.size;
  const values = new Float32Array(samples * rows * chip.network.outputs);
  const sampler = entropySources.frozen.open(own, chip, { entropy: 'frozen', samples });
  const events = sampler.draw(values, { inputs: x, count: rows }, 0, samples);
  return { values, ...events };
}

function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return Math.sqrt(a.reduce((total, value, i) => total + (value - b[i]!) ** 2, 0) / a.length);
}

describe('a chip of frozen copies', () => {
  const software = predictSoftware(network, weights, inputs, count).values;

  test('with ideal converters and silent cells is the software network', () => {
    const { values } = predict({ network, weights, readout: readout(null) }, inputs, count, key);
    expect(distance(values, software)).toBeLessThan(1e-5);
  });

  test('cut into tiles of any height is the same sum', () => {
    const { values } = predict({ network, weights, readout: readout(null, 3) }, inputs, count, key);
    expect(distance(values, software)).toBeLessThan(1e-5);
  });

  test('comes closer with every bit', () => {
    const errors = [4, 6, 8, 10].map(bits =>
      distance(predict({ network, weights, readout: readout(bits) }, inputs, count, key).values, software),
    );
    for (let i = 1; i < errors.length; i++) expect(errors[i]!).toBeLessThan(0.6 * errors[i - 1]!);
  });

  test('draws read noise of the law Σ x² σ² at a linear output', () => {
    const linear = buildNetwork(['dense 2'], [4]);
    const variances = new Float32Array(linear.size).map((_, i) => 0.01 * (1 + i));
    const silent = new Float32Array(linear.size);
    const chip = {
      network: linear,
      weights: silent,
      variances,
      readout: calibrateReadout(linear, silent, inputs, count, ideal),
    };
    const x = new Float32Array(20_000 * 4).map((_, i) => [1, -2, 0.5, 3][i % 4]!);
    const { values } = predict(chip, x, 20_000, key);
    for (const j of [0, 1]) {
      const column = values.filter((_, i) => i % 2 === j);
      const variance = column.reduce((total, v) => total + v * v, 0) / column.length;
      // Rows are the four inputs and then the bias line, driven with 1.
      const law = [1, 4, 0.25, 9, 1].reduce((total, square, r) => total + square * variances[r * 2 + j]!, 0);
      expect(variance / law).toBeGreaterThan(0.97);
      expect(variance / law).toBeLessThan(1.03);
    }
  });

  test('gives the same bits for the same key', () => {
    const variances = new Float32Array(weights.length).fill(0.01);
    const chip = { network, weights, variances, readout: readout(8) };
    expect(predict(chip, inputs, count, key)).toEqual(predict(chip, inputs, count, key));
    expect(predict(chip, inputs, count, keyOf(4))).not.toEqual(predict(chip, inputs, count, key));
  });
});

/** Two linear layers that pass their inputs on. */
function passing(width: number) {
  const net = buildNetwork([`linear ${width}`, `linear ${width}`], [width]);
  const own = new Float32Array(net.size);
  for (const { weight } of net.matrices) for (let i = 0; i < width; i++) own[weight.offset + i * (width + 1)] = 1;
  return { net, own };
}

test('read noise of layers and of rows is independent', () => {
  const width = 64;
  const { net, own } = passing(width);
  const variances = new Float32Array(net.size);
  for (const { bias } of net.matrices) variances.fill(0.01, bias!.offset, bias!.offset + width);
  // More rows than are worked on at a time.
  const rows = 18_000;
  const x = new Float32Array(rows * width);
  const chip = { network: net, weights: own, variances, readout: calibrateReadout(net, own, x, 2, ideal) };
  const { values } = predict(chip, x, rows, key);
  const variance = values.reduce((total, v) => total + v * v, 0) / values.length;
  expect(Math.abs(variance / 0.02 - 1)).toBeLessThan(0.01);
  const column = values.filter((_, i) => i % width === 0);
  expect(new Set(column).size).toBeGreaterThan(0.99 * rows);
});

test('gains of the converters of two layers are independent', () => {
  const width = 256;
  const { net, own } = passing(width);
  const x = new Float32Array(width).fill(1);
  const twice = x.map(v => 2 * v);
  const errors = { gainError: 0.02, offset: 0, noise: 0 };
  const options = { copies: 8, inputBits: null, outputBits: 14, arrayRows: 512, errors };
  const chip = {
    network: net,
    weights: own,
    readout: calibrateReadout(net, own, twice, 1, options),
    converterKey: keyOf(7),
  };
  const { values } = predict(chip, x, 1, key);
  const spread = Math.sqrt(values.reduce((total, v) => total + (v - 1) ** 2, 0) / width);
  // √2·0.02 with a standard error of 1/√512; 2·0.02 where both layers shared them.
  expect(Math.abs(spread / (Math.SQRT2 * 0.02) - 1)).toBeLessThan(4 / Math.sqrt(512));
});

describe('the entropy source read', () => {
  const linear = buildNetwork(['dense 2'], [4]);
  const chip = {
    network: linear,
    weights: new Float32Array(linear.size),
    variances: new Float32Array(linear.size).fill(0.02),
    readout: calibrateReadout(linear, new Float32Array(linear.size), inputs, count, ideal),
    readCorrelation: (lag: number) => Math.exp(-lag / 4e-6),
  };
  const rows = 20_000;
  const x = new Float32Array(rows * 4).fill(1);
  const draw = (memory: boolean) => {
    const values = new Float32Array(6 * rows * 2);
    const options = { entropy: 'read', batch: 1, samples: 6, interval: 1e-6, memory } as const;
    entropySources.read.open(key, chip, options).draw(values, { inputs: x, count: rows }, 0, 6);
    return values;
  };
  const lagged = (values: Float32Array, lag: number) => {
    const length = rows * 2;
    let total = 0;
    for (let s = 0; s + lag < 6; s++) {
      for (let i = 0; i < length; i++) total += values[s * length + i]! * values[(s + lag) * length + i]!;
    }
    return total / (length * (6 - lag));
  };

  test('draws successive reads that share their noise as the device says', () => {
    const values = draw(true);
    // Four inputs of 1 and the bias line: variance 5 × 0.02.
    expect(lagged(values, 0) / 0.1).toBeCloseTo(1, 1);
    for (const lag of [1, 2, 4]) expect(lagged(values, lag) / lagged(values, 0)).toBeCloseTo(Math.exp(-lag / 4), 1);
  });

  test('draws white noise where memory is off', () => {
    const values = draw(false);
    expect(lagged(values, 0) / 0.1).toBeCloseTo(1, 1);
    expect(Math.abs(lagged(values, 1) / lagged(values, 0))).toBeLessThan(0.02);
  });

  test('needs read noise', () => {
    const options = { entropy: 'read', batch: 1, samples: 2, interval: 1e-6, memory: true } as const;
    const lacks = (name: string, readNoise: boolean) =>
      entropySources.read.lacks(findDevice(name), undefined, options, { readNoise });
    expect(lacks('pcm-ibm', true)).toBeUndefined();
    expect(lacks('pcm-ibm', false)).toMatch(/'read' needs a device with read noise/);
  });
});

test('telegraph noise is refused by sources that read cells without a schedule, while reads are noisy', () => {
  const device = { ...findDevice('pcm-ibm'), telegraph: { amplitude: 0.1, dwellHigh: 1, dwellLow: 1, share: 0.1 } };
  const frozen = { entropy: 'frozen', samples: 2 } as const;
  const read = { entropy: 'read', batch: 1, samples: 2, interval: 1e-6, memory: true } as const;
  const noisy = { readNoise: true };
  const settled = { entropy: 'reprogram', samples: 2, settle: 1 } as const;
  expect(entropySources.reprogram.lacks(device, undefined, settled, noisy)).toMatch(/'reprogram' cannot follow .*tele/);
  expect(entropySources.reprogram.lacks(device, undefined, settled, { readNoise: false })).toBeUndefined();
  expect(entropySources.frozen.lacks(device, undefined, frozen, noisy)).toBeUndefined();
  expect(entropySources.read.lacks(device, undefined, read, noisy)).toBeUndefined();
  expect(entropySources.frozen.lacks(findDevice('pcm-ibm'), undefined, frozen, noisy)).toBeUndefined();
});

test('software predicts the same bits in turns', async () => {
  let turns = 0;
  const job = { ...jobOf(), turn: () => void turns++ };
  const whole = predictSoftware(network, weights, inputs, count);
  expect(await predictSoftwareInTurns(network, weights, inputs, count, job)).toEqual(whole);
  expect(turns).toBe(copies);
});

test('converters are calibrated on the number of copies asked for', () => {
  const ranges = (own: number, all: Float32Array) =>
    calibrateReadout(network, all, inputs, count, { inputBits: 8, outputBits: 8, arrayRows: 128, copies: own });
  expect(ranges(2, weights)).toEqual(ranges(2, weights.subarray(0, 2 * network.size)));
  expect(ranges(2, weights)).not.toEqual(ranges(5, weights));
  // As many as there are where there are fewer, and eight where nothing is said.
  expect(ranges(9, weights)).toEqual(ranges(5, weights));
  expect(ranges(8, weights)).toEqual(readout(8));
});

test('probabilities are those of a softmax over the classes', () => {
  const values = Float32Array.of(1, 2, 3, 3, 2, 1, 0, 0, 0, 1, 3, 2);
  const p = probabilities({ values, samples: 2, count: 2, outputs: 3 });
  // NumPy: e = np.exp([1, 2, 3]); e / e.sum()
  const [low, middle, high] = [0.09003057, 0.24472847, 0.66524096];
  const expected = [low, middle, high, high, middle, low, 1 / 3, 1 / 3, 1 / 3, low, high, middle];
  expect([...p]).toEqual(expected.map(share => expect.closeTo(share, 6)));
});

test('frozen copies are as many as the samples asked for', () => {
  expect(entropySources.frozen.copies({ entropy: 'frozen', samples: 12 })).toBe(12);
});

describe('a convolutional network on hardware', () => {
  const networks = {
    LeNet: ['conv2d 3 3x3 relu', 'maxpool 2', 'conv2d 4 3x3 tanh groups=1', 'flatten', 'dense 5 relu', 'dense 3'],
    grouped: ['conv2d 4 3x3 relu', 'conv2d 4 3x3 relu groups=2', 'avgpool 2', 'flatten', 'dense 3'],
  };
  test.each(Object.entries(networks))('%s with ideal converters is the software network', (_name, layers) => {
    const net = buildNetwork(layers, [1, 10, 10]);
    const w = fillNormal(keyOf(5), new Float32Array(3 * net.size)).map(z => 0.4 * z);
    const x = fillNormal(keyOf(6), new Float32Array(7 * 100));
    const exact = predictSoftware(net, w, x, 7).values;
    const chip = { network: net, weights: w, readout: calibrateReadout(net, w, x, 7, { ...ideal, arrayRows: 7 }) };
    expect(distance(predict(chip, x, 7, key).values, exact)).toBeLessThan(1e-4);
  });
});

describe('converter errors', () => {
  const errors = { gainError: 0.02, offset: 0.01, noise: 0.005 };
  const options = { copies: 8, inputBits: 8, outputBits: 8, arrayRows: 128, errors };
  const faulty = calibrateReadout(network, weights, inputs, count, options);

  test('belong to the chip: the same chip has the same gains and offsets, another one others', () => {
    const quiet = { ...faulty, errors: { ...errors, noise: 0 } };
    const chip = { network, weights, readout: quiet, converterKey: keyOf(7) };
    const values = predict(chip, inputs, count, key).values;
    expect(predict(chip, inputs, count, keyOf(8)).values).toEqual(values);
    expect(predict({ ...chip, converterKey: keyOf(9) }, inputs, count, key).values).not.toEqual(values);
  });

  test('noise of a conversion is drawn anew in each pass', () => {
    const chip = { network, weights, readout: faulty, converterKey: keyOf(7) };
    expect(predict(chip, inputs, count, key).values).not.toEqual(predict(chip, inputs, count, keyOf(8)).values);
  });

  test('noise of a conversion is a share of the converter’s range', () => {
    const linear = buildNetwork(['dense 2'], [4]);
    const own = calibrateReadout(linear, weights.subarray(0, linear.size), inputs, count, {
      ...options,
      copies: 8,
      inputBits: null,
      outputBits: 14,
      errors: { gainError: 0, offset: 0, noise: 0.02 },
    });
    const x = fillNormal(keyOf(11), new Float32Array(8000)).map(z => 0.3 * z);
    const chip = { network: linear, weights: weights.subarray(0, linear.size), readout: own, converterKey: keyOf(7) };
    const [a, b] = [8, 9].map(seed => predict(chip, x, 2000, keyOf(seed)).values) as [Float32Array, Float32Array];
    // Two passes differ by √2 times the noise of one.
    const { high } = own.layers[0]!.output;
    expect(Math.abs(distance(a, b) / (Math.SQRT2 * 0.02 * high) - 1)).toBeLessThan(0.05);
  });

  test('a range per column rounds less than one for the layer', () => {
    const error = (perColumn: boolean) => {
      const own = calibrateReadout(network, weights, inputs, count, {
        copies: 8,
        inputBits: null,
        outputBits: 5,
        arrayRows: 128,
        perColumn,
      });
      return distance(
        predict({ network, weights, readout: own }, inputs, count, key).values,
        predictSoftware(network, weights, inputs, count).values,
      );
    };
    expect(error(true)).toBeLessThan(0.9 * error(false));
  });

  test('columns whose weights have their own ranges share a converter by their currents', () => {
    const groups = buildNetwork(['conv1d 4 2', 'conv1d 4 3 groups=2 bias=false', 'flatten'], [8]);
    const w = fillNormal(keyOf(12), new Float32Array(groups.size));
    const x = fillNormal(keyOf(13), new Float32Array(30 * 8));
    const limits = [1, 0.25, 0, 8];
    const ranges = groups.matrices.map(({ name }, m) => ({ name, limit: m === 1 ? limits : 1, biasDrive: 1 }));
    const read = (change: object) =>
      calibrateReadout(groups, w, x, 30, { ...ideal, outputBits: 12, ranges, ...change });
    const [first, second] = read({}).layers;
    expect(first!.columns).toBeUndefined();
    // As shares of the largest range; a column whose weights are all 0 has no current, and its range does not matter.
    expect(Array.from(second!.columns!.range)).toEqual([1 / 8, 1 / 32, 1, 1]);
    const sums = predictSoftware(groups, w, x, 30).values;
    const currents = sums.map((sum, i) => Math.abs(sum) / second!.columns!.range[Math.floor((i % 20) / 5)]!);
    expect(second!.output.high / Math.max(...currents)).toBeCloseTo(1, 2);
    const own = read({ perColumn: true }).layers[1]!;
    const largest = [0, 1, 2, 3].map(j =>
      Math.max(...sums.filter((_, i) => Math.floor((i % 20) / 5) === j).map(Math.abs)),
    );
    for (const [j, range] of own.columns!.range.entries()) expect(range / largest[j]!).toBeCloseTo(1, 2);
    for (const change of [{}, { perColumn: true }]) {
      const { values, saturation } = predict({ network: groups, weights: w, readout: read(change) }, x, 30, key);
      expect(distance(values, sums)).toBeLessThan(change.perColumn ? 3e-3 : 0.05);
      expect(saturation.outputs / saturation.outputsOf).toBeLessThan(0.01);
    }
  });

  test('values beyond a range that covers less than all are counted', () => {
    const narrow = calibrateReadout(network, weights, inputs, count, {
      copies: 8,
      inputBits: 8,
      outputBits: 8,
      arrayRows: 128,
      share: 0.9,
    });
    const { saturation } = predict({ network, weights, readout: narrow }, inputs, count, key);
    const share = saturation!.outputs / saturation!.outputsOf;
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.2);
  });
});

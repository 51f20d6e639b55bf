import { expect, test } from 'vitest';
import {
  type Band,
  type Device,
  effectiveReads,
  findDevice,
  readCorrelation,
  readStdOf,
} from '../../src/device/index.ts';
import { relaxationCorrelation, relaxationsOf } from '../../src/device/memory.ts';
import { noiseSequence, readSequence } from '../../src/device/read-sequence.ts';
import { flickerCorrelation } from '../../src/device/spectrum.ts';
import { keyOf } from '../../src/random/index.ts';

const bands: Band[] = [
  { low: 1 / 20, high: 2e6 },
  { low: 1 / 86420, high: 2e6 },
  { low: 1 / 220, high: 1 / 1.024e-6 },
  { low: 1 / 3.16e8, high: 2e6 },
];

test.each(bands)(
  'relaxations follow the closed form within 0.01 from one read to beyond the lower edge, $low Hz',
  band => {
    const relaxations = relaxationsOf(band);
    expect(relaxationCorrelation(relaxations, 0)).toBeCloseTo(1, 12);
    expect(Math.min(...relaxations.weight)).toBeGreaterThan(0);
    let largest = 0;
    for (let lag = 0.5 / band.high; lag < 20 / band.low; lag *= 1.01) {
      const error = Math.abs(relaxationCorrelation(relaxations, lag) - flickerCorrelation(band, lag));
      largest = Math.max(largest, error);
    }
    expect(largest).toBeLessThan(0.01);
  },
);

/** Covariance of reads `first` and `first + apart` over the cells. */
function covariance(reads: Float32Array, size: number, first: number, apart: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (reads[first * size + i]! * reads[(first + apart) * size + i]!) / size;
  return sum;
}

/** Four standard errors of the covariance of `size` pairs of standard normals of this correlation. */
const errorOf = (correlation: number, size: number) => 4 * Math.sqrt((1 + correlation ** 2) / size);

// Short sequences follow the exact covariance, long ones the relaxations across blocks.
test.each([
  [40, 1e-6, 0],
  [128, 0.1, 0],
  [300, 1e-6, 0.01],
  [300, 1e-2, 0.01],
  [300, 10, 0.01],
])('a sequence of %i reads %d s apart has the autocorrelation of the spectrum', (count, lag, model) => {
  const band = bands[1]!;
  const size = 20_000;
  const reads = noiseSequence(keyOf(21), band, size, { count, lag }, new Float32Array(count * size));
  for (const apart of [0, 1, 7, Math.floor(count / 2), count - 1]) {
    for (const first of [0, Math.floor((count - 1 - apart) / 2), count - 1 - apart]) {
      const expected = apart === 0 ? 1 : flickerCorrelation(band, apart * lag);
      expect(Math.abs(covariance(reads, size, first, apart) - expected)).toBeLessThan(errorOf(expected, size) + model);
    }
  }
});

test('reads have the spread of the device, white or not, and white ones share nothing', () => {
  const device = findDevice('pcm-ibm');
  const size = 20_000;
  const target = 10e-6;
  const conductance = new Float32Array(size).fill(target);
  const cells = { target: conductance };
  const std = readStdOf(device, target, 60, target);
  for (const memory of ['white', 'spectrum'] as const) {
    const out = readSequence(
      keyOf(8),
      device,
      cells,
      conductance,
      { count: 3, lag: 1e-5, time: 60, memory },
      new Float32Array(3 * size),
    );
    const standard = out.map(g => (g - target) / std);
    expect(Math.abs(covariance(standard, size, 1, 0) - 1)).toBeLessThan(errorOf(1, size));
    const expected = memory === 'white' ? 0 : flickerCorrelation({ low: 1 / 80, high: 2e6 }, 1e-5);
    expect(Math.abs(covariance(standard, size, 0, 1) - expected)).toBeLessThan(errorOf(expected, size));
  }
});

test('Laplace reads have the variance and the kurtosis of a Laplace distribution', () => {
  const device = findDevice('rram-lin');
  const size = 100_000;
  const conductance = new Float32Array(size).fill(10e-6);
  const out = readSequence(
    keyOf(2),
    device,
    { target: conductance },
    conductance,
    { count: 1, lag: 1, time: 1 },
    new Float32Array(size),
  );
  const std = readStdOf(device, 10e-6, 1, 10e-6);
  let second = 0;
  let fourth = 0;
  for (const g of out) {
    second += ((g - 10e-6) / std) ** 2 / size;
    fourth += ((g - 10e-6) / std) ** 4 / size;
  }
  expect(second).toBeCloseTo(1, 1);
  expect(fourth).toBeGreaterThan(5.4);
  expect(fourth).toBeLessThan(6.6);
});

test('effective number of reads', () => {
  const device = findDevice('pcm-ibm');
  // f1, f2 = 1/86420, 2e6; rho = lambda t: (sici(2*pi*f2*t)[1] - sici(2*pi*f1*t)[1])/log(f2/f1)
  // k = arange(1, 10); 10/(1 + 2*sum((1 - k/10)*rho(k*1e-3)))
  expect(effectiveReads(device, 1e-3, 10, 86400)).toBeCloseTo(1.6292415895464254, 8);
  expect(effectiveReads(device, 1, 1, 86400)).toBe(1);
  expect(effectiveReads(findDevice('rram-lin'), 1e-3, 10, 86400)).toBe(10);
});

test('reads that share traps are worth what the variance of their mean says', () => {
  const trapped: Device = {
    ...findDevice('rram-lin'),
    telegraph: { share: 0.6, amplitude: 0.1, dwellHigh: 6e-6, dwellLow: 12e-6 },
    read: { std: { absolute: () => 0.4e-6 }, shape: 'normal', spectrum: 'white', duration: 1e-7 },
    range: { low: 5e-6, high: 15e-6 },
  };
  const [count, size, lag, repeats] = [12, 1500, 1e-6, 60];
  const cells = { target: new Float32Array(size).fill(10e-6) };
  const conductance = new Float32Array(size).fill(10e-6);
  const options = { count, lag, time: 60, deviceKey: keyOf(2) };
  const sums = Array.from({ length: 4 }, () => new Float64Array(size));
  for (let r = 0; r < repeats; r++) {
    const out = readSequence(keyOf(50 + r), trapped, cells, conductance, options, new Float32Array(count * size));
    for (let i = 0; i < size; i++) {
      let mean = 0;
      for (let m = 0; m < count; m++) mean += (out[m * size + i]! * 1e6) / count;
      const one = out[i]! * 1e6;
      [one, one * one, mean, mean * mean].forEach((x, s) => {
        sums[s]![i]! += x / repeats;
      });
    }
  }
  const variance = (first: number) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += sums[first + 1]![i]! - sums[first]![i]! ** 2;
    return sum;
  };
  const worth = variance(0) / variance(2);
  expect(Math.abs(effectiveReads(trapped, lag, count, 60) / worth - 1)).toBeLessThan(0.05);
  expect(worth).toBeLessThan(5);
  // Traps that change between reads cost nothing, those that never change leave what is white.
  expect(effectiveReads(trapped, 1, count, 60)).toBeCloseTo(count, 6);
  const still = { ...trapped, telegraph: { share: 1, amplitude: 0.1, dwellHigh: 1e9, dwellLow: 1e9 } };
  // A quarter and .16 of the variance: the first is shared.
  expect(effectiveReads(still, lag, count, 60)).toBeCloseTo(count / (1 + ((count - 1) * 0.25) / 0.41), 4);
  // Beside 1/f noise: two reads share what is left of either.
  const both = { ...findDevice('pcm-ibm'), telegraph: { share: 1, amplitude: 0.1, dwellHigh: 1e9, dwellLow: 1e9 } };
  const middle = (both.range.low + both.range.high) / 2;
  const [trap, noise] = [(0.05 * middle) ** 2, readStdOf(both, middle, 60, middle) ** 2];
  const shared = (trap + noise * readCorrelation(both, 1e-3, 60)) / (trap + noise);
  expect(effectiveReads(both, 1e-3, 2, 60)).toBeCloseTo(2 / (1 + shared), 8);
});

test('telegraph noise: share of cells, occupation and memory', () => {
  const device: Device = {
    ...findDevice('ideal'),
    telegraph: { amplitude: 0.2, dwellHigh: 3, dwellLow: 1, share: 0.3 },
  };
  const size = 20_000;
  const count = 4;
  const conductance = new Float32Array(size).fill(50e-6);
  const out = readSequence(
    keyOf(3),
    device,
    { target: conductance },
    conductance,
    { count, lag: 0.5, time: 1 },
    new Float32Array(count * size),
  );
  const low = Array.from(out, g => (g < 45e-6 ? 1 : 0));
  const mean = low.reduce<number>((a, b) => a + b, 0) / low.length;
  expect(mean).toBeCloseTo(0.3 * 0.25, 2);
  let both = 0;
  for (let i = 0; i < size; i++) both += (low[i]! * low[size + i]!) / size;
  // share·p·(p + (1 − p) e^{−lag (1/3 + 1)})
  expect(both).toBeCloseTo(0.3 * 0.25 * (0.25 + 0.75 * Math.exp(-0.5 * (1 / 3 + 1))), 2);
  expect(Math.min(...out) / 50e-6).toBeCloseTo(0.8, 6);
});

test('reads closer than one read are refused', () => {
  const device = findDevice('pcm-ibm');
  const conductance = new Float32Array(1).fill(1e-5);
  expect(() =>
    readSequence(
      keyOf(1),
      device,
      { target: conductance },
      conductance,
      { count: 2, lag: 1e-9, time: 1 },
      new Float32Array(2),
    ),
  ).toThrow('lag: reads of pcm-ibm take 2.5e-7 s and cannot follow each other in 1e-9 s.');
});

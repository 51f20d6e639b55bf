import { describe, expect, test } from 'vitest';
import { HardwareNoise } from '../../src/bayes/hardware-noise.ts';
import { buildModel, methods, posteriorSchema, trainingHardware, trainPosterior } from '../../src/bayes/index.ts';
import { reached } from '../../src/bayes/methods/hardware-aware.ts';
import { startMeanField } from '../../src/bayes/methods/mean-field.ts';
import { TechnologicalLoss } from '../../src/bayes/technological-loss.ts';
import { ExpectedLoss } from '../../src/bayes/variational.ts';
import { devices, reachableDomain } from '../../src/device/index.ts';
import type { Floats } from '../../src/kernels/index.ts';
import { weightLimits } from '../../src/network/index.ts';
import { type Key, keyOf } from '../../src/random/index.ts';
import { quantiseColumns, quantiseThrough, sum, Tape } from '../../src/tensor/index.ts';
import { derivative } from '../support/finite-differences.ts';
import { ofKind } from '../support/model.ts';
import { normals } from '../support/normals.ts';
import { moonsData } from './moons.ts';

test('the technological loss has the derivatives it adds', () => {
  // Distance d(mean, std) = 0.3 + 0.2·mean + 0.5·std: inside the table it is exact, outside the way to it is added.
  const meanSteps = 4;
  const stdSteps = 3;
  const values = Float64Array.from(
    { length: 20 },
    (_, k) => 0.3 + 0.2 * (-2 + (k % 5)) + 0.5 * (Math.floor(k / 5) / 3) + 0.4,
  );
  const loss = new TechnologicalLoss(
    { meanLow: -2, meanHigh: 2, stdHigh: 1, meanSteps, stdSteps, values },
    Float32Array.from({ length: 16 }, (_, i) => [1, 0.5, 2, 3][i % 4]!),
    { beta: 10, width: 0.3 },
    'f64',
  );
  const n = 16;
  const mean = normals(1, n);
  const logStd = normals(2, n).map(x => -0.5 + 0.5 * x);
  const variance = logStd.map(s => Math.exp(2 * s));
  const whole = () => {
    let total = 0;
    for (let part = 0; part < 8; part++)
      total += loss.add(new Float64Array(n), new Float64Array(n), mean, variance, part) / 8;
    return total;
  };
  // By hand: distances of shares of the limits, within the table for these moments.
  const inside = [0.5, -0.4, 1, 2].map(m => m);
  const [at, spread] = [Float64Array.from({ length: n }, (_, i) => inside[i % 4]!), new Float64Array(n).fill(0.04)];
  const wanted = Array.from(at, (m, i) => {
    const limit = [1, 0.5, 2, 3][i % 4]!;
    const d = 0.7 + 0.2 * (m / limit) + 0.5 * (0.2 / limit);
    return -Math.log(Math.tanh(10 * Math.exp(-(d * d) / (2 * 0.3 * 0.3))));
  }).reduce((a, b) => a + b, 0);
  let found = 0;
  for (let part = 0; part < 8; part++)
    found += loss.add(new Float64Array(n), new Float64Array(n), at, spread, part) / 8;
  expect(found).toBeCloseTo(wanted, 6);
  const byMean = new Float64Array(n);
  const byVariance = new Float64Array(n);
  for (let part = 0; part < 8; part++) loss.add(byMean, byVariance, mean, variance, part);
  for (let i = 0; i < n; i++) {
    for (const [array, gradient] of [
      [mean, byMean],
      [logStd, byVariance.map((g, k) => 2 * variance[k]! * g)],
    ] as const) {
      const expected = derivative(array, i, 1e-5, () => {
        variance[i] = Math.exp(2 * logStd[i]!);
        return whole();
      });
      variance[i] = Math.exp(2 * logStd[i]!);
      expect(Math.abs(gradient[i]! / 8 - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
    }
  }
});

describe('moments of realised weights', () => {
  const within2 = (count: number) => new Float32Array(count).fill(2);
  const hardware = { ...trainingHardware(devices['pcm-ibm']!, { time: 20 }), stuck: { high: 0.02, low: 0.05 } };

  test('stuck cells and read noise agree with simulation', () => {
    const noise = new HardwareNoise(hardware, within2(1), { readNoise: true, stuck: true }, 'f64');
    const [m, v] = [Float64Array.of(0.8), Float64Array.of(0.01)];
    const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
    noise.apply(keyOf(1), mean, variance, m, v);
    const { low, high, values } = hardware.readNoise!();
    const read = 2 * values[Math.round(((0.4 - low) / (high - low)) * (values.length - 1))]!;
    const n = 200_000;
    const z = normals(3, n);
    let first = 0;
    let second = 0;
    for (let i = 0; i < n; i++) {
      const stuck = i % 100;
      const w = stuck < 1 ? 2 : stuck < 2 ? -2 : stuck < 7 ? 0 : 0.8 + Math.sqrt(0.01 + read * read) * z[i]!;
      first += w / n;
      second += (w * w) / n;
    }
    expect(mean[0]).toBeCloseTo(first, 2);
    expect(variance[0]).toBeCloseTo(second - first * first, 2);
  });

  test('two pairs of cells for a weight read with 1/√2 of the noise of one', () => {
    const [one, two] = ([2, 4] as const).map(devicesPerWeight =>
      trainingHardware(devices['pcm-ibm']!, { time: 20, devicesPerWeight }).readNoise!(),
    );
    one!.values.forEach((std, i) => {
      expect(two!.values[i]! * Math.SQRT2).toBeCloseTo(std, 12);
    });
  });

  test('gradients by the moments asked for are those of the realised ones, pulled back', () => {
    const n = 6;
    const limits = Float32Array.of(2, 2, 0.5, 4, 3, 1);
    const noise = new HardwareNoise(hardware, limits, { readNoise: false, stuck: true }, 'f64');
    const mean = normals(5, n);
    const variance = normals(6, n).map(x => x * x);
    const a = normals(7, n);
    const b = normals(8, n);
    const out = [new Float64Array(n), new Float64Array(n)] as const;
    const value = () => {
      noise.apply(keyOf(2), out[0], out[1], mean, variance);
      return out[0].reduce((total, x, i) => total + a[i]! * x + b[i]! * out[1][i]!, 0);
    };
    value();
    const byMean = a.slice();
    const byVariance = b.slice();
    noise.pullBack(byMean, byVariance);
    for (let i = 0; i < n; i++) {
      for (const [array, gradient] of [
        [mean, byMean],
        [variance, byVariance],
      ] as const) {
        expect(gradient[i]).toBeCloseTo(derivative(array, i, 1e-6, value), 6);
      }
    }
  });

  test('drift without compensation shrinks the means by the device law', () => {
    const times = [86_400, 86_400.001] as const;
    const noise = new HardwareNoise(hardware, within2(1), { times, readNoise: false, stuck: false }, 'f64');
    const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
    noise.apply(keyOf(3), mean, variance, Float64Array.of(1), Float64Array.of(0));
    // g = 0.5: ν = 0.049, from 20 s to a day ((86400 + 20)/(20 + 20))^−0.049 with its spread of 0.008 on top.
    expect(mean[0]).toBeGreaterThan(0.97 * (86_420 / 40) ** -0.049);
    expect(mean[0]).toBeLessThan(1.03 * (86_420 / 40) ** -0.049);
    expect(variance[0]).toBeGreaterThan(0);
  });

  test('drift with compensation leaves the size of the weights, whatever their signs', () => {
    const times = [86_400, 86_400.001] as const;
    const options = { times, readNoise: false, stuck: false };
    const noise = new HardwareNoise({ ...hardware, compensation: 'global' }, within2(4), options, 'f64');
    const asked = Float64Array.of(1.5, -1.5, 0.9, -0.9);
    const [mean, variance] = [new Float64Array(4), new Float64Array(4)];
    noise.apply(keyOf(3), mean, variance, asked, new Float64Array(4));
    let size = 0;
    asked.forEach((w, i) => {
      size += Math.abs(mean[i]!) / 4.8;
      expect(Math.abs(mean[i]! / w - 1)).toBeLessThan(0.1);
    });
    expect(size).toBeCloseTo(1, 5);
  });
});

test('hardware is drawn anew in every step', () => {
  const data = moonsData(9, 64, 10);
  const options = methods['mean-field'].schema.parse({ method: 'mean-field', epochs: 2, batch: 16 });
  const model = buildModel(['dense 2'], options, data);
  const keys = new Set<string>();
  const noise = {
    apply({ word0, word1 }: Key, mean: Floats, variance: Floats, m: Floats, v: Floats) {
      keys.add(`${word0} ${word1}`);
      mean.set(m);
      variance.set(v);
    },
    pullBack() {},
  } as unknown as HardwareNoise;
  const training = startMeanField(keyOf(1), 'x', model, options, { noise });
  for (let i = 0; i < training.steps; i++) training.step(i);
  expect(keys.size).toBe(8);
});

test('converters round to their grid and let gradients through', () => {
  const tape = new Tape('f64');
  const x = tape.parameter([4], Float64Array.of(-1, 0.1, 0.4, 0.7));
  const y = quantiseThrough(tape, x, 3);
  expect([...y.value].map(v => Math.round(3 * v))).toEqual([-3, 0, 1, 2]);
  tape.backward(sum(tape, y));
  expect([...x.gradient!]).toEqual([1, 1, 1, 1]);
});

test('converters of values that are never negative spend all levels on them', () => {
  const tape = new Tape('f64');
  const x = tape.parameter([4], Float64Array.of(0, 0.1, 0.4, 1));
  expect([...quantiseThrough(tape, x, 3).value].map(v => 7 * v)).toEqual([0, 1, 3, 7]);
});

test.each([['dense 2'], ['conv1d 2 1']])(
  'converters see the currents of columns whose weights have ranges of their own: %s',
  first => {
    const model = buildModel([first, 'dense 2'], { noise: 'learned' }, moonsData(9, 32, 10));
    const [one, two] = model.network.matrices;
    const lossWith = (outputBits: number, scale: number) => {
      const columnScales = [Float32Array.of(1, scale), undefined];
      const options = { batch: 32, samples: 1, precision: 'f64', outputBits, columnScales } as const;
      const loss = new ExpectedLoss(keyOf(1), model, options);
      normals(4, model.network.size).forEach((w, i) => {
        loss.mean[i] = w;
      });
      // The second column is 64 times as small, and what comes of it 64 times as large: the same function.
      for (let i = 1; i < one!.rows * 2; i += 2) loss.mean[i]! /= 64;
      const rows = two!.weight.size / 2;
      for (let i = rows; i < 2 * rows; i++) loss.mean[two!.weight.offset + i]! *= 64;
      return loss.evaluate(0);
    };
    const exact = lossWith(24, 1);
    expect(Math.abs(lossWith(6, 1 / 64) - exact)).toBeLessThan(0.03 * exact);
    expect(Math.abs(lossWith(6, 1) - exact)).toBeGreaterThan(0.05 * exact);
  },
);

test('converters that cover a share saturate beyond it, and the gradient stops there', () => {
  const tape = new Tape('f64');
  const x = tape.parameter([5], Float64Array.of(-0.6, 0.7, 3, 0.9, -9));
  const y = quantiseThrough(tape, x, 3, 0.6);
  expect([...y.value]).toEqual([-1, 1, 3, 1, -3]);
  tape.backward(sum(tape, y));
  expect([...x.gradient!]).toEqual([1, 1, 1, 1, 0]);
});

test.each([
  [1, 8],
  [2, 8],
])('converters of columns have ranges of their own, with %s positions', (positions, rows) => {
  const tape = new Tape('f64');
  const columns = 2;
  const given = normals(8, rows * columns * positions);
  // The second column is a thousand times as small.
  const value = given.map((v, at) => (Math.floor(at / positions) % columns ? v / 1000 : v));
  const x = tape.parameter([rows, columns, positions], Float64Array.from(value));
  const y = quantiseColumns(tape, x, 4, { columns, positions });
  for (let column = 0; column < columns; column++) {
    const own = [...value.keys()].filter(at => Math.floor(at / positions) % columns === column);
    // Alone, as one tensor, a column is converted the same.
    const alone = quantiseThrough(
      tape,
      tape.parameter(
        [own.length],
        Float64Array.from(own, at => value[at]!),
      ),
      4,
    );
    for (const [i, at] of own.entries()) expect(y.value[at]).toBeCloseTo(alone.value[i]!, 12);
  }
  tape.backward(sum(tape, y));
  expect([...x.gradient!]).toEqual([...x.gradient!].map(() => 1));
  const part = tape.parameter([4, 2, 1], Float64Array.of(1, 0.001, 2, 0.002, 3, 0.003, -9, 0.009));
  const cut = quantiseColumns(tape, part, 8, { columns: 2, positions: 1 }, 0.5);
  expect(cut.value[6]).toBeCloseTo(-3, 12);
  expect(cut.value[7]).toBeCloseTo(0.003, 12);
  tape.backward(sum(tape, cut));
  expect([...part.gradient!]).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
});

test('converters of columns reach training that knows the hardware', async () => {
  const posterior = posteriorSchema.parse({ method: 'hardware-aware', epochs: 1, batch: 64, limit: 1 });
  const model = buildModel(['dense 3 tanh', 'dense 2'], posterior as { noise: 'learned' }, moonsData(9, 64, 10));
  const meansWith = async (columnConverters: boolean) => {
    const hardware = trainingHardware(devices.ideal!, { time: 0, outputBits: 3, columnConverters });
    return ofKind((await trainPosterior(keyOf(1), model, posterior, { hardware })).posterior, 'moments').mean;
  };
  expect(await meansWith(true)).not.toEqual(await meansWith(false));
});

test('ranges of columns reach the converters of training', () => {
  const options = methods['mean-field'].schema.parse({ method: 'mean-field', epochs: 1, batch: 64 });
  const model = buildModel(['dense 2'], options, moonsData(9, 64, 10));
  const meansWith = (limit: number[]) => {
    const ranges = [{ name: '0', limit, biasDrive: 1 }];
    const training = startMeanField(keyOf(1), 'x', model, options, { ranges, outputBits: 3 });
    training.step(0);
    return ofKind(training.finish(), 'moments').mean;
  };
  expect(meansWith([1, 1])).toEqual(meansWith([3, 3]));
  expect(meansWith([1, 1 / 64])).not.toEqual(meansWith([1, 1]));
});

test('a posterior is moved to what devices can hold within the ranges of its weights', () => {
  const device = devices['oxram-hfo2']!;
  const hardware = trainingHardware(device, { time: 6 });
  const limits = Float32Array.of(2, 0.5, 3, 0);
  const [mean, std] = [Float32Array.of(0.9, 0.8, -1, 0), Float32Array.of(0.1, 0.02, 0.3, 0.2)];
  const posterior = { kind: 'moments', method: 'x', parameters: [], size: 4, mean, std, info: {} } as const;
  const found = reached(posterior, hardware, { limits, ranges: [] });
  [2, 0.5, 3].forEach((limit, i) => {
    const wanted = reachableDomain(device, { limit, time: 6 }).nearest(
      Math.max(-limit, Math.min(limit, mean[i]!)),
      std[i]!,
    );
    expect(found.mean[i]).toBeCloseTo(wanted.mean, 5);
    expect(found.std[i]).toBeCloseTo(wanted.std, 5);
  });
  expect([found.mean[3], found.std[3]]).toEqual([0, 0]);
});

test('the technological loss brings weights to what devices can hold', async () => {
  const data = moonsData(9, 128, 60);
  const device = devices['oxram-hfo2']!;
  const hardware = trainingHardware(device, { time: 6, inputBits: 8, outputBits: 8 });
  const domain = reachableDomain(device, { limit: 1, time: 6 });
  const distance = async (technological: boolean) => {
    const options = posteriorSchema.parse({ method: 'hardware-aware', epochs: 300, batch: 64, technological });
    const model = buildModel(['dense 8 tanh', 'dense 2'], options, data);
    const posterior = ofKind((await trainPosterior(keyOf(1), model, options, { hardware })).posterior, 'moments');
    let total = 0;
    const limits = weightLimits(model.network.matrices, posterior.ranges!);
    posterior.mean.forEach((m, i) => {
      total += domain.distance(m / limits[i]!, posterior.std[i]! / limits[i]!) / posterior.size;
    });
    return total;
  };
  expect(await distance(true)).toBeLessThan(0.5 * (await distance(false)));
});

import { describe, expect, test } from 'vitest';
import { type Floats, type Realisation, reference } from '../../src/kernels/index.ts';
import { native, numbers, onEach, type Precision, precisions, sameBits } from './backends.ts';

/** Positive numbers between 0.01 and 0.51. */
const variances = (precision: Precision, n: number, seed: number): Floats =>
  numbers(precision, n, seed).map(v => 0.01 + 0.5 * v * v) as Floats;

/** Largest distance of two arrays, relative to the largest entry. */
function apart(a: Floats, b: ArrayLike<number>): number {
  let [worst, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    worst = Math.max(worst, Number.isNaN(a[i]!) ? Number.POSITIVE_INFINITY : Math.abs(a[i]! - b[i]!));
    size = Math.max(size, Math.abs(b[i]!));
  }
  return worst / size;
}

const realisation: Realisation = { low: -1, high: 2, gain: 1.25, working: 0.9, stuckSquare: 0.02 };
const grid = { meanLow: -0.5, meanHigh: 0.75, stdHigh: 0.4, meanSteps: 5, stdSteps: 3 };
const loss = { beta: 10, width: 0.2, weight: 3 };

onEach('gaussian weights', (kernels, precision) => {
  const { make, epsilon } = precision;

  test.each([
    ['one precision and no mean', 1, false],
    ['a prior of each weight', 301, true],
  ] as const)('gaussianAdam follows the gradients of the loss and of the divergence: %s', (_, length, centred) => {
    const n = 301;
    const mean = numbers(precision, n, 1);
    const variance = variances(precision, n, 2);
    const logStd = variance.map(v => 0.5 * Math.log(v)) as Floats;
    const [byMean, byVariance] = [numbers(precision, n, 3), numbers(precision, n, 4)];
    const prior = {
      mean: centred ? numbers(precision, n, 5) : null,
      precision: variances(precision, length, 6).map(v => 10 * v) as Floats,
      weight: 0.7,
    };
    const divergence = (i: number, m: number, s: number) => {
      const p = prior.precision[length === 1 ? 0 : i]!;
      return 0.5 * (p * (Math.exp(2 * s) + (m - (prior.mean?.[i] ?? 0)) ** 2) - 1 - Math.log(p)) - s;
    };
    const expected = [mean, logStd].map(x => Float64Array.from(x));
    const moments = make(4 * n);
    const running = [0, 1].map(() => [new Float64Array(n), new Float64Array(n)] as const);
    for (let step = 1; step <= 3; step++) {
      const options = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step };
      const slopes = [0, 1].map(() => new Float64Array(n));
      for (let i = 0; i < n; i++) {
        const [m, s] = [expected[0]![i]!, expected[1]![i]!];
        const h = 1e-5;
        slopes[0]![i] = byMean[i]! + (prior.weight * (divergence(i, m + h, s) - divergence(i, m - h, s))) / (2 * h);
        slopes[1]![i] =
          2 * Math.exp(2 * s) * byVariance[i]! +
          (prior.weight * (divergence(i, m, s + h) - divergence(i, m, s - h))) / (2 * h);
      }
      expected.forEach((x, k) => {
        reference.adam(x, slopes[k]!, ...running[k]!, options);
      });
      kernels.gaussianAdam(mean, logStd, variance, byMean, byVariance, moments, prior, options);
    }
    const tolerance = Math.max(1e-8, 200 * epsilon);
    expect(apart(mean, expected[0]!)).toBeLessThan(tolerance);
    expect(apart(logStd, expected[1]!)).toBeLessThan(tolerance);
    expect(
      apart(
        variance,
        expected[1]!.map(s => Math.exp(2 * s)),
      ),
    ).toBeLessThan(tolerance);
    running.flat().forEach((m, k) => {
      expect(apart(moments.subarray(k * n, (k + 1) * n), m)).toBeLessThan(tolerance);
    });
  });

  test('realise gives the moments of weights that are kept, blurred, and stuck at times', () => {
    const n = 301;
    const mean = numbers(precision, n, 1).map(m => 0.5 + 2 * m) as Floats;
    const variance = variances(precision, n, 2);
    // Straight lines, so that the table is exact within its ends: factor 0.5 + 0.1 m, added 0.3 − 0.1 m.
    const entries = 7;
    const tables = make(2 * entries);
    for (let j = 0; j < entries; j++) tables.set([0.4 + 0.05 * j, 0], j);
    for (let j = 0; j < entries; j++) tables[entries + j] = 0.4 - 0.05 * j;
    const realised = [make(n), make(n)] as const;
    kernels.realise(...realised, mean, variance, tables, realisation);
    const weights = numbers(precision, n, 3);
    const gradients = [weights.slice(), variances(precision, n, 4)] as const;
    const before = gradients.map(g => g.slice());
    kernels.realiseGradient(...gradients, mean, tables, realisation);
    const expected = [0, 1, 2, 3].map(() => new Float64Array(n));
    for (let i = 0; i < n; i++) {
      const m = Math.min(2, Math.max(-1, mean[i]!));
      const f = 1.25 * (0.5 + 0.1 * m);
      const second = (f * mean[i]!) ** 2 + f * f * variance[i]! + 1.25 ** 2 * (0.3 - 0.1 * m);
      expected[0]![i] = 0.9 * f * mean[i]!;
      expected[1]![i] = 0.9 * second + 0.02 - expected[0]![i]! ** 2;
      expected[2]![i] = 0.9 * f * before[0]![i]! + before[1]![i]! * 2 * mean[i]! * f * f * (0.9 - 0.81);
      expected[3]![i] = 0.9 * f * f * before[1]![i]!;
    }
    [...realised, ...gradients].forEach((array, k) => {
      expect(apart(array, expected[k]!)).toBeLessThan(30 * epsilon);
    });
  });

  test('scaleMoments gives the moments of products of independent numbers, and their gradients', () => {
    const n = 301;
    const [mean, variance] = [numbers(precision, n, 1), variances(precision, n, 2)];
    const [factor, spread] = [variances(precision, n, 3).map(v => v + 0.4) as Floats, variances(precision, n, 4)];
    const [scaled, blurred] = [mean.slice(), variance.slice()];
    const gradients = [numbers(precision, n, 5), numbers(precision, n, 6)] as const;
    const before = gradients.map(g => g.slice());
    kernels.scaleMoments(scaled, blurred, factor, spread);
    kernels.scaleMomentsGradient(...gradients, scaled, factor, spread);
    const expected = [0, 1, 2, 3].map(() => new Float64Array(n));
    for (let i = 0; i < n; i++) {
      const [m, v, f, s] = [mean[i]!, variance[i]!, factor[i]!, spread[i]!];
      expected[0]![i] = f * m;
      // E[f²]·E[w²] − (E[f]·E[w])²
      expected[1]![i] = (f * f + s) * (m * m + v) - (f * m) ** 2;
      expected[2]![i] = before[0]![i]! * f + before[1]![i]! * 2 * s * m;
      expected[3]![i] = before[1]![i]! * (f * f + s);
    }
    [scaled, blurred, ...gradients].forEach((array, k) => {
      expect(apart(array, expected[k]!)).toBeLessThan(30 * epsilon);
    });
  });

  const weights = (n: number) => ({ mean: numbers(precision, n, 1), variance: variances(precision, n, 2) });
  const distances = variances(precision, 24, 9);

  test('technologicalLoss has the derivatives that it adds', () => {
    const n = 260;
    const { mean, variance } = weights(n);
    const gradients = [make(n), make(n)] as const;
    const total = kernels.technologicalLoss(...gradients, mean, variance, distances, grid, loss);
    const double = { mean: Float64Array.from(mean), variance: Float64Array.from(variance) };
    const table = Float64Array.from(distances);
    const alone = (m: number, v: number) =>
      reference.technologicalLoss(
        new Float64Array(1),
        new Float64Array(1),
        Float64Array.of(m),
        Float64Array.of(v),
        table,
        grid,
        loss,
      );
    const expected = [new Float64Array(n), new Float64Array(n)] as const;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const [m, v, h] = [double.mean[i]!, double.variance[i]!, 1e-7];
      sum += alone(m, v);
      expected[0][i] = (alone(m + h, v) - alone(m - h, v)) / (2 * h);
      expected[1][i] = (alone(m, v + h) - alone(m, v - h)) / (2 * h);
    }
    expect(total / sum).toBeCloseTo(1, precision.name === 'single' ? 5 : 11);
    expect(apart(gradients[0], expected[0])).toBeLessThan(1e-5);
    expect(apart(gradients[1], expected[1])).toBeLessThan(1e-5);
  });

  test('technologicalLoss is the published formula near and far', () => {
    // Distances 0 … 1 along a straight line; numpy: -np.log(np.tanh(10*np.exp(-d**2/2/.2**2)))
    const line = make([0, 1, 0, 1]);
    const at = (d: number) =>
      kernels.technologicalLoss(
        make(1),
        make(1),
        make([d]),
        make([0.25]),
        line,
        {
          meanLow: 0,
          meanHigh: 1,
          stdHigh: 1,
          meanSteps: 1,
          stdSteps: 1,
        },
        { beta: 10, width: 0.2, weight: 1 },
      );
    const digits = precision.name === 'single' ? 5 : 11;
    expect(at(0.5)).toBeCloseTo(0.8840134200207422, digits);
    expect(at(0.25)).toBeCloseTo(0.00021102793262, digits);
    expect(at(0.9)).toBeCloseTo(7.82241496051355, digits);
  });

  test('all give the same bits on any number of threads', () => {
    const n = 70_001;
    const run = (threads: number) => {
      kernels.setThreads(threads);
      const { mean, variance } = weights(n);
      const logStd = variance.map(v => 0.5 * Math.log(v)) as Floats;
      const [byMean, byVariance] = [numbers(precision, n, 3), numbers(precision, n, 4)];
      const realised = [make(n), make(n)] as const;
      const tables = variances(precision, 40, 8);
      const scaled = [mean.slice(), variance.slice()] as const;
      kernels.scaleMoments(...scaled, variance, variance);
      kernels.scaleMomentsGradient(byMean, byVariance, mean, variance, variance);
      kernels.realise(...realised, mean, variance, tables, realisation);
      kernels.realiseGradient(byMean, byVariance, mean, tables, realisation);
      const total = kernels.technologicalLoss(byMean, byVariance, mean, variance, distances, grid, loss);
      const moments = make(4 * n);
      const prior = { mean: null, precision: make([2]), weight: 1 };
      const options = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 };
      kernels.gaussianAdam(mean, logStd, variance, byMean, byVariance, moments, prior, options);
      return [mean, logStd, variance, byMean, byVariance, moments, ...realised, ...scaled, make([total])];
    };
    const [one, two] = [run(1), run(2)];
    expect(one.map((array, k) => sameBits(array, two[k]!))).toEqual(one.map(() => true));
  });
});

describe.skipIf(!native)('gaussian weights, native arguments', () => {
  test('tables and arrays that are too short are refused', () => {
    const x = precisions[0]!.make(8);
    const prior = { mean: null, precision: x, weight: 1 };
    const options = { rate: 1, beta1: 0, beta2: 0, epsilon: 1, step: 1 };
    expect(() => native!.gaussianAdam(x, x, x, x, x, x, prior, options)).toThrow(/^internal:/);
    expect(() => native!.realise(x, x, x, x, x.subarray(0, 3), realisation)).toThrow(/^internal:/);
    expect(() => native!.technologicalLoss(x, x, x, x, x, grid, loss)).toThrow(/^internal:/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/random/index.ts';
import {
  correlation,
  interval,
  intervals,
  measureKept,
  pairedTest,
  predictive,
  predictiveMoments,
  wasserstein,
  wassersteinPerColumn,
} from '../../src/uncertainty/index.ts';

describe('interval', () => {
  it('is the t interval of the mean', () => {
    // stats.t.interval(.95, 3, np.mean(v), stats.sem(v))
    const { mean, low, high } = interval([0.957, 0.951, 0.962, 0.955]);
    expect(mean).toBeCloseTo(0.95625, 14);
    expect(low).toBeCloseTo(0.9489725818938687, 12);
    expect(high).toBeCloseTo(0.9635274181061314, 12);
  });

  it('has no width for one value and leaves out what is undefined', () => {
    expect(interval([3])).toEqual({ mean: 3, low: 3, high: 3 });
    expect(interval([1, Number.NaN, 3])).toEqual(interval([1, 3]));
    expect(interval([Number.NaN]).mean).toBeNaN();
    expect(intervals([{ a: 1 }, { a: 1 }])).toEqual({ a: { mean: 1, low: 1, high: 1 } });
  });
});

describe('pairedTest', () => {
  it('matches SciPy', () => {
    const a = [0.96, 0.95, 0.955, 0.97];
    const b = [0.9, 0.96, 0.93, 0.91];
    const test = pairedTest(a, b);
    expect([test.wins, test.losses, test.ties]).toEqual([3, 1, 0]);
    // stats.ttest_rel(a, b).pvalue
    expect(test.tP).toBeCloseTo(0.1374072706154304, 11);
    expect(test.difference.mean).toBeCloseTo(0.03375, 14);
    // stats.binomtest(18, 20).pvalue, stats.binomtest(3, 10).pvalue
    const split = (wins: number, count: number) =>
      pairedTest(
        Array.from({ length: count }, (_, i) => (i < wins ? 1 : -1)),
        new Float64Array(count),
      ).signP;
    expect(split(18, 20)).toBeCloseTo(0.0004024505615234375, 15);
    expect(split(3, 10)).toBeCloseTo(0.34375, 15);
  });

  it('has no t test where nothing says how much differences vary', () => {
    // Equal differences have no spread to estimate: their t would be infinite and its p zero, however few they are.
    for (const [a, b] of [
      [
        [0.97, 0.96, 0.95],
        [0.95, 0.94, 0.93],
      ],
      [[3], [2]],
    ] as const) {
      const test = pairedTest(a, b);
      expect(test.tP).toBeNaN();
      expect(test.signP).toBe(a.length === 1 ? 1 : 0.25);
      expect(JSON.parse(JSON.stringify(test)).tP).toBeNull();
    }
    expect(pairedTest([0.97, 0.96, 0.951], [0.95, 0.94, 0.93]).tP).toBeGreaterThan(0);
  });

  it('finds nothing between equals', () => {
    expect(pairedTest([1, 2], [1, 2])).toMatchObject({ wins: 0, losses: 0, ties: 2, signP: 1, tP: 1 });
    expect(() => pairedTest([1], [1, 2])).toThrow('must pair');
  });
});

describe('wasserstein', () => {
  it('matches SciPy', () => {
    // stats.wasserstein_distance
    expect(wasserstein([1, 3, 4.5], [0, 2, 2.5, 7])).toBeCloseTo(1.375, 14);
    expect(wasserstein([0.1, 0.4], [0.2, 0.9])).toBeCloseTo(0.3, 14);
  });

  it('is a distance, moves with a shift and ignores order', () => {
    const sample = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: -9, max: 9 }), (a, b, shift) => {
        expect(wasserstein(a, a)).toBe(0);
        expect(wasserstein(a, b)).toBeCloseTo(wasserstein(b, a.toReversed()), 10);
        expect(
          wasserstein(
            a,
            a.map(v => v + shift),
          ),
        ).toBeCloseTo(Math.abs(shift), 10);
        expect(wasserstein([...a, ...a], b)).toBeCloseTo(wasserstein(a, b), 10);
      }),
    );
  });

  it('takes weights as columns', async () => {
    const distances = await wassersteinPerColumn(Float32Array.of(0, 10, 1, 20), Float32Array.of(0.5, 10, 1.5, 20), 2);
    expect([...distances]).toEqual([0.5, 0]);
  });

  it('of a normal from few numbers is what SciPy integrates, and the limit of many draws', async () => {
    // quad(lambda u: abs(norm.ppf(u, .3, .5) - x[floor(u * n)]), 0, 1, points=...) for sorted x
    const laws = { mean: Float32Array.of(0.3, -1), std: Float32Array.of(0.5, 0) };
    const values = Float32Array.of(0.9, -1, -0.4, -3, 0.25, -0.5);
    const [normal, point] = await wassersteinPerColumn(laws, values, 2);
    expect(normal).toBeCloseTo(0.19983970894397252, 7);
    expect(point).toBeCloseTo((0 + 2 + 0.5) / 3, 12);
    const draws = Float32Array.from({ length: 4000 }, (_, i) => 0.3 + 0.5 * normalQuantile((i + 0.5) / 4000));
    const [sampled] = await wassersteinPerColumn(draws, Float32Array.of(0.9, -0.4, 0.25), 1);
    expect(normal).toBeCloseTo(sampled!, 3);
    const [one] = await wassersteinPerColumn(
      { mean: Float32Array.of(0), std: Float32Array.of(2) },
      new Float32Array(1),
      1,
    );
    expect(one).toBeCloseTo(2 * Math.sqrt(2 / Math.PI), 12);
  });

  it('of signs is that of as many numbers of each sign', async () => {
    const laws = { probability: Float32Array.of(0.75), magnitude: Float32Array.of(2) };
    const values = Float32Array.of(1.5, -1.8, 2.5);
    const [distance] = await wassersteinPerColumn(laws, values, 1);
    expect(distance).toBeCloseTo(wasserstein([-2, 2, 2, 2], values), 7);
  });
});

describe('correlation', () => {
  it('matches SciPy and is 0 where one side is constant', () => {
    // stats.pearsonr([1,2,3,5], [2,1,4,4])
    expect(correlation([1, 2, 3, 5], [2, 1, 4, 4])).toBeCloseTo(0.7481900559272089, 14);
    expect(correlation([1, 2, 3], [0.1, 0.1, 0.1])).toBe(0);
  });
});

describe('measureKept', () => {
  const software = predictive(Float64Array.of(0.9, 0.1, 0.6, 0.4, 0.3, 0.7, 0.5, 0.5, 0.6, 0.4, 0.4, 0.6), 2, 3, 2);

  it('is whole for the same prediction', () => {
    const same = measureKept({ software, hardware: software });
    expect(same).toEqual({
      decisionAgreement: 1,
      aleatoricCorrelation: expect.closeTo(1, 12),
      epistemicCorrelation: expect.closeTo(1, 12),
      aleatoricDifference: 0,
      epistemicDifference: 0,
    });
  });

  it('sees the loss of disagreement in one copy', () => {
    const hardware = predictive(Float64Array.of(0.7, 0.3, 0.4, 0.6, 0.35, 0.65), 1, 3, 2);
    const lost = measureKept({ software, hardware });
    expect(lost.decisionAgreement).toBeCloseTo(2 / 3, 14);
    expect(lost.epistemicCorrelation).toBe(0);
    expect(lost.epistemicDifference).toBeLessThan(0);
    expect(() => measureKept({ software, hardware: predictive(Float64Array.of(1, 0), 1, 1, 2) })).toThrow(
      '3 × 2, got 1 × 2',
    );
  });

  it('compares regressions', () => {
    const a = predictiveMoments(Float64Array.of(0, 1, 2, 1, 2, 4), new Float64Array(6).fill(1), 2, 3, 1);
    const b = predictiveMoments(Float64Array.of(1, 2, 3, 2, 3, 5), new Float64Array(6).fill(2), 2, 3, 1);
    expect(measureKept({ software: a, hardware: b })).toMatchObject({
      meanCorrelation: expect.closeTo(1, 12),
      meanDifference: expect.closeTo(1, 12),
      aleatoricCorrelation: 0,
      aleatoricDifference: 1,
      epistemicCorrelation: expect.closeTo(1, 12),
      epistemicDifference: expect.closeTo(0, 12),
    });
  });
});

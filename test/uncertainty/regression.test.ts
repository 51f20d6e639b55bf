import { describe, expect, it } from 'vitest';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { normalCdf } from '../../src/random/normal-cdf.ts';
import { MomentsSum, measure, predictiveMoments, regressionPredicted, rowLosses } from '../../src/uncertainty/index.ts';

// numpy: m = [[0,1],[.5,1.5],[2,-1]], s = [[1,.5],[.8,.6],[1.2,.7]], y = [.3, 2.2]; three samples of two inputs.
const means = Float64Array.of(0, 1, 0.5, 1.5, 2, -1);
const stds = Float64Array.of(1, 0.5, 0.8, 0.6, 1.2, 0.7);
const y = [0.3, 2.2];

const judged = (
  means: Float64Array,
  stds: Float64Array,
  [samples, count, outputs]: readonly [number, number, number],
  targets: ArrayLike<number>,
) => regressionPredicted({ means, stds, samples, count, outputs }, targets);

describe('normalCdf', () => {
  it('matches SciPy', () => {
    // scipy.stats.norm.cdf(x)
    for (const [x, value] of [
      [-30, 4.906713927147908e-198],
      [-8, 6.22096057427174e-16],
      [-7.1, 6.237844463331586e-13],
      [-7.05, 8.94588955876991e-13],
      [-5, 2.866515718791933e-7],
      [-2.5, 0.006209665325776132],
      [-1, 0.15865525393145707],
      [-0.3, 0.3820885778110474],
      [0, 0.5],
      [0.7, 0.758036347776927],
      [1.96, 0.9750021048517795],
      [4, 0.9999683287581669],
      [6, 0.9999999990134123],
      [9, 1.0],
    ] as const) {
      expect(Math.abs(normalCdf(x) - value)).toBeLessThan(2e-15);
      expect(normalCdf(-x) + normalCdf(x)).toBeCloseTo(1, 15);
      if (value < 0.5) expect(normalCdf(x) / value).toBeCloseTo(1, 7);
    }
  });
});

describe('regression', () => {
  it('follows the law of total variance', () => {
    // m.mean(0), sqrt((s**2).mean(0)), m.std(0), sqrt((s**2).mean(0) + m.var(0))
    const { mean, aleatoric, epistemic, total } = predictiveMoments(means, stds, 3, 2, 1);
    expect([...mean]).toEqual([expect.closeTo(0.83333333, 8), 0.5]);
    expect([...aleatoric]).toEqual([expect.closeTo(1.01324561, 8), expect.closeTo(0.60553007, 8)]);
    expect([...epistemic]).toEqual([expect.closeTo(0.84983659, 8), expect.closeTo(1.08012345, 8)]);
    expect([...total]).toEqual([expect.closeTo(1.32245563, 8), expect.closeTo(1.23827837, 8)]);
  });

  it('scores the mixture as SciPy does', () => {
    const metrics = measure(judged(means, stds, [3, 2, 1], y));
    expect(metrics.rmse).toBeCloseTo(1.259850079264284, 12);
    // -log(stats.norm.pdf(y, m, s).mean(0)).mean()
    expect(metrics.nll).toBeCloseTo(1.587218413548731, 12);
    // brentq of stats.norm.cdf(v, m[:, i], s[:, i]).mean() at .25 .75, .05 .95 and .025 .975
    expect(metrics.width50).toBeCloseTo(
      (1.6325373387509199 + 0.07283752440828974 + 1.4230840541884435 + 0.5310566056267542) / 2,
      9,
    );
    expect(metrics.width90).toBeCloseTo(
      (3.24824026023285 + 1.1463303736956767 + 2.1501354585593027 + 1.7255035622557275) / 2,
      9,
    );
    expect(metrics.width95).toBeCloseTo(
      (3.7284857663984075 + 1.4986301464318181 + 2.376434738851028 + 2.007672046536284) / 2,
      9,
    );
    // F(y) = .3658 and .9567: the second is outside 90 % and inside 95 %.
    expect([metrics.coverage50, metrics.coverage90, metrics.coverage95]).toEqual([0.5, 0.5, 1]);
  });

  it('adds log densities of several outputs of one sample', () => {
    const metrics = measure(judged(Float64Array.of(0, 1), Float64Array.of(1, 2), [1, 1, 2], [0.5, 0]));
    expect(metrics.nll).toBeCloseTo(0.5 * 0.25 + 0.5 * 0.25 + Math.log(2) + Math.log(2 * Math.PI), 12);
  });

  it('covers as often as it says when targets come from the prediction', () => {
    const count = 4000;
    const targets = fillNormal(keyOf(3), new Float64Array(count));
    const given = judged(new Float64Array(count), new Float64Array(count).fill(1), [1, count, 1], targets);
    const { reliability } = given;
    const metrics = measure(given);
    // Kolmogorov–Smirnov: P(max > 1.63/√n) = .01.
    for (const { level, coverage } of reliability)
      expect(Math.abs(coverage - level)).toBeLessThan(1.63 / Math.sqrt(count));
    // 2 × stats.norm.ppf(.975)
    expect(metrics.width95).toBeCloseTo(3.919927969080108, 9);
    expect(metrics.epistemicMean).toBe(0);
  });

  it('answers the surest inputs first, by the variance of all their outputs', () => {
    // Variances of the inputs 5, 0.1 and 2; squared errors 4, 0.01 and 1, shared over two outputs.
    const stds = Float64Array.of(1, 2, Math.sqrt(0.05), Math.sqrt(0.05), 1, 1);
    const metrics = measure(judged(new Float64Array(6), stds, [1, 3, 2], [2, 2, 0.1, 0.1, 1, 1]));
    expect(metrics.riskCoverageArea).toBeCloseTo((0.01 + 1.01 / 2 + 5.01 / 3) / 3, 12);
  });

  it('refuses spreads that are not positive and missing targets', () => {
    expect(() => judged(means, Float64Array.of(1, 1, 0, 1, 1, 1), [3, 2, 1], y)).toThrow('stds: must be positive');
    expect(() => judged(means, stds, [3, 2, 1], [1])).toThrow('inputs × outputs = 2 numbers, got 1');
  });

  it('gives losses by row', () => {
    const losses = rowLosses(judged(means, stds, [3, 2, 1], y));
    // (m.mean(0) - y)**2, -log(stats.norm.pdf(y, m, s).mean(0))
    expect([...losses.squaredError!]).toEqual([expect.closeTo((2.5 / 3 - 0.3) ** 2, 12), expect.closeTo(1.7 ** 2, 12)]);
    expect((losses.nll![0]! + losses.nll![1]!) / 2).toBeCloseTo(1.587218413548731, 12);
  });

  it('counts a target at the end of an interval as inside, in any unit', () => {
    // stats.norm.ppf(.95), a little rounded up.
    for (const unit of [1, 1e-12]) {
      const end = 1.6448536269514722 * unit * (1 + 1e-9);
      expect(measure(judged(new Float64Array(1), Float64Array.of(unit), [1, 1, 1], [end]), ['coverage90'])).toEqual({
        coverage90: 1,
      });
    }
  });

  it('gathers samples block by block with the bits of the whole', () => {
    const sum = new MomentsSum(2, 1);
    sum.add(means.subarray(0, 2), stds.subarray(0, 2), 1);
    expect(sum.parts()).toEqual(predictiveMoments(means.subarray(0, 2), stds.subarray(0, 2), 1, 2, 1));
    sum.add(means.subarray(2), stds.subarray(2), 2);
    expect(sum.parts()).toEqual(predictiveMoments(means, stds, 3, 2, 1));
    expect(() => new MomentsSum(1, 1).parts()).toThrow('at least one sample');
  });
});

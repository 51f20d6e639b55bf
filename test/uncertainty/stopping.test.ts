import { describe, expect, it } from 'vitest';
import { fillNormal, fillUniform, fold, type Key, keyOf } from '../../src/random/index.ts';
import { selectWithRisk } from '../../src/uncertainty/abstention.ts';
import { binomialCdf, binomialUpper } from '../../src/uncertainty/binomial.ts';
import {
  calibrateStopping,
  decisions,
  pairsNeeded,
  predictive,
  StoppedSum,
  type Trajectory,
  trajectoryOf,
} from '../../src/uncertainty/index.ts';

describe('binomial tails', () => {
  it.each([
    // Python: float(sum(math.comb(n, i)·Fraction(p)**i·(1 − Fraction(p))**(n − i) for i in range(k + 1)))
    [0, 1497, 0.002, 0.0499367538123862],
    [1, 2500, 0.002, 0.04029295683420822],
    [3, 20, 0.1, 0.8670466765656649],
    [5, 3000, 0.002, 0.4455188394852649],
  ])('P(X ≤ %d) of %d trials at %d is %d', (k, n, p, value) => {
    expect(binomialCdf(k, n, p) / value).toBeCloseTo(1, 9);
  });

  it('are 0 and 1 where nothing is left', () => {
    expect(binomialCdf(-1, 5, 0.5)).toBe(0);
    expect(binomialCdf(5, 5, 0.5)).toBe(1);
  });

  it('bound a share from above', () => {
    // The rule of three, exactly: 1 − .05^(1/100); scipy.stats.beta.ppf(.95, 3, 18) for 2 of 20.
    expect(binomialUpper(0, 100, 0.05)).toBeCloseTo(1 - 0.05 ** 0.01, 10);
    expect(binomialUpper(2, 20, 0.05)).toBeCloseTo(0.28261854, 6);
    expect(binomialUpper(7, 7, 0.05)).toBe(1);
  });
});

/** Two classes of one input, [samples, 2]: probabilities around a centre of the input's own. */
function drawn(key: Key, samples: number): Float64Array {
  const [u] = fillUniform(fold(key, 'centre'), new Float64Array(1));
  const noise = fillNormal(fold(key, 'noise'), new Float64Array(samples));
  const p = new Float64Array(2 * samples);
  for (let m = 0; m < samples; m++) {
    p[2 * m] = Math.min(1, Math.max(0, u! + 0.15 * noise[m]!));
    p[2 * m + 1] = 1 - p[2 * m]!;
  }
  return p;
}

const trajectories = (key: Key, count: number, samples = 20): Trajectory[] =>
  Array.from({ length: count }, (_, n) => trajectoryOf(drawn(fold(key, n), samples), samples, 2));

const promise = { risk: 0.02, error: 0.05 };

describe('stopping', () => {
  it('needs as many inputs as a sample without losses must have', () => {
    expect(pairsNeeded({ risk: 0.002, error: 0.05 })).toBe(1497);
    expect(binomialCdf(0, 1497, 0.002)).toBeLessThanOrEqual(0.05);
    expect(binomialCdf(0, 1496, 0.002)).toBeGreaterThan(0.05);
    const few = trajectories(keyOf(1), pairsNeeded(promise) - 1);
    expect(() => calibrateStopping(few, promise)).toThrow('needs 149 independent inputs');
  });

  it('scales margins by √m and compares decisions with the last one', () => {
    const p = Float64Array.of(0.6, 0.4, 0.2, 0.8, 0.5, 0.5);
    const { margins, differs } = trajectoryOf(p, 3, 2);
    // Means .6, .4, .4333: margins .2, .2, .1333.
    expect([...margins].map((x, i) => x / Math.sqrt(i + 1))).toEqual([
      expect.closeTo(0.2, 12),
      expect.closeTo(0.2, 12),
      expect.closeTo(0.4 / 3, 12),
    ]);
    expect([...differs]).toEqual([1, 0, 0]);
  });

  /** As many inputs with the same margins and decisions. */
  const alike = (count: number, margins: number[], differs: number[]): Trajectory[] =>
    new Array(count).fill({ margins: Float64Array.from(margins), differs: Uint8Array.from(differs) });

  it('looks at no value after one that is not rejected, though its losses be fewer', () => {
    // Stopping at 2 samples is wrong, at 1 is right again.
    const { lambda, losses } = calibrateStopping(alike(300, [0.5, 1.5, 0], [0, 1, 0]), promise);
    expect(losses).toBe(0);
    expect(lambda).toBeGreaterThanOrEqual(1.5);
    expect(lambda).toBeLessThan(1.6);
  });

  it('counts the samples that a fixed number and the rule take', () => {
    expect(calibrateStopping(alike(300, [0, 0, 0], [1, 0, 0]), promise).fixedSamples).toBe(2);
    const rule = calibrateStopping(
      [...alike(247, [1.7, 1.7, 1.7], [0, 0, 0]), ...alike(3, [0, 0, 0], [0, 0, 0])],
      promise,
    );
    // 99 % of 250 are 247.5.
    expect(rule).toMatchObject({ samples99: 3, fixedSamples: 1, meanSamples: (247 + 9) / 250, losses: 0 });
  });

  it('stops rows where calibration counts them to stop, and gives the mean of what was taken', () => {
    const [samples, rows] = [20, 30];
    const each = Array.from({ length: rows }, (_, n) => drawn(fold(keyOf(4), n), samples));
    const block = new Float64Array(samples * rows * 2);
    each.forEach((p, n) => {
      for (let m = 0; m < samples; m++) block.set(p.subarray(2 * m, 2 * m + 2), (m * rows + n) * 2);
    });
    const lambda = 0.9;
    const sum = new StoppedSum(rows, 2, lambda);
    sum.add(block, samples, 0, rows);
    const { mean, aleatoric } = sum.parts();
    const whole = predictive(block, samples, rows, 2);
    each.forEach((p, n) => {
      const { margins, differs } = trajectoryOf(p, samples, 2);
      const first = margins.findIndex(margin => margin > lambda);
      const taken = first < 0 ? samples : first + 1;
      expect(sum.stopped.samples[n]).toBe(taken);
      const own = predictive(p.subarray(0, 2 * taken), taken, 1, 2);
      expect(mean[2 * n]).toBeCloseTo(own.mean[0]!, 12);
      expect(aleatoric[n]).toBeCloseTo(own.aleatoric[0]!, 12);
      expect(sum.stopped.all[2 * n]).toBeCloseTo(whole.mean[2 * n]!, 12);
      const chosen = decisions(mean, rows, 2)[n]! === decisions(sum.stopped.all, rows, 2)[n]! ? 0 : 1;
      expect(chosen).toBe(differs[taken - 1]);
    });
    expect(new Set(sum.stopped.samples).size).toBeGreaterThan(3);
  });

  it('keeps its promise in at least 95 % of repeats, and stops much earlier than a fixed number would', () => {
    const population = trajectories(keyOf(2), 8000);
    const repeats = 200;
    let kept = 0;
    let [adaptive, fixed] = [0, 0];
    for (let r = 0; r < repeats; r++) {
      // 300 of the population, with replacement, so that the population's own risk is the true one.
      const picks = fillUniform(fold(keyOf(3), r), new Float64Array(300));
      const rule = calibrateStopping(
        Array.from(picks, u => population[Math.floor(u * population.length)]!),
        promise,
      );
      let losses = 0;
      for (const { margins, differs } of population) {
        let m = 1;
        while (m < margins.length && margins[m - 1]! <= rule.lambda) m++;
        losses += differs[m - 1]!;
      }
      if (losses / population.length <= promise.risk) kept++;
      adaptive += rule.meanSamples / repeats;
      fixed += rule.fixedSamples / repeats;
      expect(rule.pValue).toBeLessThanOrEqual(promise.error);
      expect(rule.samples99).toBeGreaterThanOrEqual(rule.meanSamples);
    }
    expect(kept / repeats).toBeGreaterThanOrEqual(0.95);
    expect(adaptive).toBeLessThan(fixed / 2);
    expect(fixed).toBeLessThan(20);
  });
});

describe('abstention with guaranteed risk', () => {
  /** Confidence u, wrong with probability (1 − u)/2. */
  const sample = (key: Key, count: number) => {
    const confidence = fillUniform(fold(key, 'confidence'), new Float64Array(count));
    const u = fillUniform(fold(key, 'wrong'), new Float64Array(count));
    return { confidence, wrong: Float64Array.from(confidence, (c, i) => (u[i]! < (1 - c) / 2 ? 1 : 0)) };
  };

  it('keeps its promise in at least 95 % of repeats and answers what it can', () => {
    let kept = 0;
    let coverage = 0;
    for (let r = 0; r < 200; r++) {
      const { confidence, wrong } = sample(fold(keyOf(5), r), 2000);
      const { threshold, bound, coverage: own } = selectWithRisk(confidence, wrong, { risk: 0.1, error: 0.05 });
      // Above θ the error rate is (1 − θ)/4.
      if ((1 - threshold) / 4 <= 0.1) kept++;
      expect(bound).toBeLessThanOrEqual(0.1);
      coverage += own / 200;
    }
    expect(kept / 200).toBeGreaterThanOrEqual(0.95);
    // At θ = .6 the risk is .1: a coverage of .4 at most, less what the bound costs.
    expect(coverage).toBeGreaterThan(0.2);
    expect(coverage).toBeLessThan(0.4);
  });

  it('bounds what it answers, all of equal confidence or more, at its share of the error', () => {
    // Looks at 50, 25, 12, 6, 3, 1 and 0 of 100: seven thresholds, none with an error.
    const confidence = Float64Array.from({ length: 100 }, (_, i) => 0.5 + i / 200);
    const all = selectWithRisk(confidence, new Float64Array(100), { risk: 0.1, error: 0.05 });
    expect(all).toEqual({ threshold: 0.5, bound: expect.closeTo(1 - (0.05 / 7) ** (1 / 100), 9), coverage: 1 });
  });

  it('answers nothing where nothing can be promised', () => {
    const none = selectWithRisk([0.9, 0.8, 0.7], [1, 1, 1], { risk: 0.1, error: 0.05 });
    expect(none).toEqual({ threshold: Number.POSITIVE_INFINITY, bound: 0, coverage: 0 });
  });
});

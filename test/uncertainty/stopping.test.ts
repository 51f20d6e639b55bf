import { describe, expect, it } from 'vitest';
import { fillNormal, fillUniform, fold, type Key, keyOf } from '../../src/random/index.ts';
import { selectWithRisk } from '../../src/uncertainty/abstention.ts';
import { binomialCdf, binomialUpper } from '../../src/uncertainty/binomial.ts';
import { bettingPValue } from '../../src/uncertainty/bounded-mean.ts';
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
    const sum = new StoppedSum(rows, 2, { lambda });
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

describe('bets against a mean', () => {
  it('win by the products of what they stake', () => {
    // Variances 1/4 and (1/4 + (.1 − .05)²)/2: stakes of √(2 ln 20/(2 · …)), at most .75/.8 = .9375.
    const grown = (1 + 0.9375 * 0.1) * (1 + 0.9375 * 0.3);
    expect(bettingPValue([0.1, -0.1], 0.2)).toBeCloseTo(1 / grown, 12);
    // Many small stakes: √(2 ln 20/(n/4)) at first.
    const n = 1000;
    const stake = Math.sqrt((2 * Math.log(20)) / (n / 4));
    expect(bettingPValue([-1, ...new Array(n - 1).fill(1)], 0.2)).toBeCloseTo(1 / (1 + 1.2 * stake), 12);
  });

  it('win seldom where the mean is the bound, and mostly where it is below', () => {
    const repeats = 400;
    const won = (rare: number) => {
      let count = 0;
      for (let r = 0; r < repeats; r++) {
        const u = fillUniform(fold(keyOf(11), r), new Float64Array(500));
        // 0, and rarely ±½: a mean of .02 at a share of .06 and .02 of them.
        const x = u.map(v => (v < rare ? 0.5 : v > 0.98 ? -0.5 : 0));
        if (bettingPValue(x, 0.02) <= 0.05) count++;
      }
      return count / repeats;
    };
    expect(won(0.06)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / repeats));
    expect(won(0.01)).toBeGreaterThan(0.6);
  });
});

describe('stopping with a promise about the likelihood', () => {
  const samples = 20;
  const nll = 0.02;

  /** An input of a class drawn from the mean of all its samples, [samples, 2]. */
  function labelled(key: Key) {
    const p = drawn(key, samples).map(p => Math.min(0.99, Math.max(0.01, p)));
    let mean = 0;
    for (let m = 0; m < samples; m++) mean += p[2 * m]! / samples;
    const label = fillUniform(fold(key, 'label'), new Float64Array(1))[0]! < mean ? 0 : 1;
    return { p, trajectory: trajectoryOf(p, samples, 2, label, nll), decided: trajectoryOf(p, samples, 2) };
  }

  const population = Array.from({ length: 4000 }, (_, n) => labelled(fold(keyOf(12), n)));

  it('loses what the first samples lose', () => {
    const p = Float64Array.of(0.6, 0.4, 0.2, 0.8);
    const { nll } = trajectoryOf(p, 2, 2, 1, 0.1);
    expect([...nll!]).toEqual([expect.closeTo(Math.log(0.6 / 0.4), 12), 0]);
    // Beyond half a nat is half a nat, on either side.
    expect(trajectoryOf(Float64Array.of(1, 0, 0, 1), 2, 2, 1, 0.1).nll![0]).toBe(0.5);
    expect(trajectoryOf(Float64Array.of(1, 0, 0, 1), 2, 2, 0, 0.1).nll![0]).toBe(-0.5);
  });

  it('goes on until what it leaves out is estimated to cost less than half of what is allowed', () => {
    // Means .5 and a variance of .01·2/1 = .02 of two: ½ (.02/.5 + .02/.5)(1/2 − 1/20) = .018.
    const p = Float64Array.from({ length: 2 * samples }, (_, i) => (Math.floor(i / 2) % 2 === i % 2 ? 0.6 : 0.4));
    const settled = (allowed: number) => trajectoryOf(p, samples, 2, 0, allowed).margins.map(Number);
    const first = (allowed: number) => {
      const q = p.map((x, i) => (i % 2 === 0 ? x + 0.01 : x - 0.01));
      return trajectoryOf(q, samples, 2, 0, allowed).margins.findIndex(margin => margin > 0) + 1;
    };
    expect(settled(0.02)[1]).toBe(0);
    expect(first(0.0366)).toBe(2);
    expect(first(0.0354)).toBe(3);
    expect(first(1e-9)).toBe(samples);
  });

  it('estimates it right where labels are drawn from the predictions', () => {
    const m = 8;
    let [lost, estimated, count] = [0, 0, 0];
    for (const { p } of population) {
      let [whole, few, square] = [0, 0, 0];
      for (let s = 0; s < samples; s++) whole += p[2 * s]! / samples;
      for (let s = 0; s < m; s++) {
        few += p[2 * s]! / m;
        square += p[2 * s]! ** 2 / m;
      }
      if (whole < 0.3 || whole > 0.7) continue;
      count++;
      lost += whole * Math.log(whole / few) + (1 - whole) * Math.log((1 - whole) / (1 - few));
      const variance = ((square - few * few) * m) / (m - 1);
      estimated += 0.5 * variance * (1 / few + 1 / (1 - few)) * (1 / m - 1 / samples);
    }
    expect(count).toBeGreaterThan(1000);
    expect(estimated / lost).toBeGreaterThan(0.85);
    expect(estimated / lost).toBeLessThan(1.15);
  });

  it('keeps both promises in at least 95 % of repeats, with more samples than decisions ask for and fewer than all', () => {
    const risk = 0.02;
    let kept = 0;
    let [taken, without] = [0, 0];
    const repeats = 40;
    for (let r = 0; r < repeats; r++) {
      const picks = fillUniform(fold(keyOf(13), r), new Float64Array(600));
      const pairs = Array.from(picks, u => population[Math.floor(u * population.length)]!);
      const rule = calibrateStopping(
        pairs.map(({ trajectory }) => trajectory),
        { risk, error: 0.05, nll },
      );
      const decided = calibrateStopping(
        pairs.map(({ decided }) => decided),
        { risk, error: 0.05 },
      );
      let [losses, cost] = [0, 0];
      for (const { trajectory } of population) {
        const { margins, differs, nll } = trajectory;
        let m = 1;
        while (m < samples && margins[m - 1]! <= rule.lambda) m++;
        losses += differs[m - 1]! / population.length;
        cost += nll![m - 1]! / population.length;
      }
      if (losses <= risk && cost <= nll) kept++;
      taken += rule.meanSamples / repeats;
      without += decided.meanSamples / repeats;
      expect(rule.pValue).toBeLessThanOrEqual(0.05);
      expect(rule.nllLoss).toBeLessThan(nll);
    }
    expect(kept / repeats).toBeGreaterThanOrEqual(0.95);
    expect(taken).toBeGreaterThan(without);
    expect(taken).toBeLessThan(0.8 * samples);
  });

  it('stops rows where calibration counts them to stop', () => {
    const rows = 40;
    const block = new Float64Array(samples * rows * 2);
    for (let n = 0; n < rows; n++) {
      for (let m = 0; m < samples; m++) {
        block.set(population[n]!.p.subarray(2 * m, 2 * m + 2), (m * rows + n) * 2);
      }
    }
    const lambda = 0.5;
    const sum = new StoppedSum(rows, 2, { lambda, nll });
    sum.add(block, samples, 0, rows);
    for (let n = 0; n < rows; n++) {
      const first = population[n]!.trajectory.margins.findIndex(margin => margin > lambda);
      expect(sum.stopped.samples[n]).toBe(first < 0 ? samples : first + 1);
    }
    expect(new Set(sum.stopped.samples).size).toBeGreaterThan(3);
  });

  it('needs as many inputs as largest bets without a loss', () => {
    const needed = pairsNeeded({ risk: 0.5, error: 0.05, nll: 0.002 });
    expect(needed).toBe(Math.ceil(Math.log(20) / Math.log1p((0.75 * 0.004) / 0.996)));
    expect(pairsNeeded({ risk: 0.0001, error: 0.05, nll: 0.002 })).toBe(pairsNeeded({ risk: 0.0001, error: 0.05 }));
    expect(bettingPValue(new Float64Array(needed - 1), 0.004)).toBeGreaterThan(0.05);
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

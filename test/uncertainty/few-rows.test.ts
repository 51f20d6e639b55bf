import { describe, expect, it } from 'vitest';
import { fillNormal, fillUniform, fold, keyOf } from '../../src/random/index.ts';
import {
  type ClassPredicted,
  classPredicted,
  crossedMetrics,
  type Ends,
  metricsOf,
  predictive,
} from '../../src/uncertainty/index.ts';

/** Decisions of two classes, the wrong ones at `wrong(n)`, with confidences falling as `doubt(n)` rises from 0 to 1. */
function decided(labels: ArrayLike<number>, wrong: (n: number) => boolean, doubt: (n: number) => number) {
  const p = new Float64Array(2 * labels.length);
  for (let n = 0; n < labels.length; n++) {
    const decision = wrong(n) ? 1 - labels[n]! : labels[n]!;
    const confidence = 1 - 0.45 * doubt(n);
    p[2 * n + decision] = confidence;
    p[2 * n + 1 - decision] = 1 - confidence;
  }
  return classPredicted(predictive(p, 1, labels.length, 2), labels, undefined, ['dog', 'cat']);
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const rowsOf = (one: ClassPredicted, groups?: number[]) => {
  const found = crossedMetrics(keyOf(1), metricsOf(one), [one], { ...(groups && { rows: groups }) });
  return (name: string): Ends => found[name]!.rows!;
};

describe('rows that all came out alike', () => {
  const labels = numbers(60).map(n => (n < 50 ? 0 : 1));
  const t2 = 2.0009953780883 ** 2; // scipy.stats.t.ppf(.975, 59)

  it('leave room for others where nothing is wrong', () => {
    const rows = rowsOf(
      decided(
        labels,
        () => false,
        n => (n % 7) / 7,
      ),
    );
    // Wilson of what each is worth: ten cats give F1 the worth of twenty; of both classes 2/√(1/50² + 1/10²), 2/√(1/100² + 1/20²).
    for (const [name, worth] of [
      ['recall:cat', 10],
      ['f1:cat', 20],
      ['f1:dog', 100],
      ['balancedAccuracy', 2 / Math.hypot(1 / 50, 1 / 10)],
      ['macroF1', 2 / Math.hypot(1 / 100, 1 / 20)],
    ] as const) {
      expect(rows(name).low, name).toBeCloseTo(worth / (worth + t2), 6);
      expect(rows(name).high, name).toBe(1);
    }
    expect(rows('riskCoverageArea').high).toBeCloseTo(t2 / (60 + t2), 6);
  });

  it('leave room where a class is never decided', () => {
    const rows = rowsOf(
      decided(
        labels,
        n => n >= 50,
        n => (n % 7) / 7,
      ),
    );
    // F1 of 2j/(1 + j), j = t²/(10 + t²): t²/(5 + t²).
    expect(rows('f1:cat')).toEqual({ low: 0, high: expect.closeTo(t2 / (5 + t2), 6) });
    // .5 of recalls 1 and 0, a share of 4/(1/50 + 1/10): half of √(t²/n + …) around ½.
    const [n, high] = [4 / (1 / 50 + 1 / 10), rows('balancedAccuracy').high];
    expect(high).toBeCloseTo(0.5 + 0.5 / Math.sqrt(1 + n / t2), 6);
    expect(rows('balancedAccuracy').low).toBeCloseTo(1 - high, 12);
  });

  it('leave room where all errors are found', () => {
    const rows = rowsOf(
      decided(
        labels,
        n => n % 20 === 3,
        n => (n % 20 === 3 ? 0.9 : 0.01 * (n % 20)),
      ),
    );
    // 3 · 57/(1 + (30 − 1)/2)
    const worth = 171 / 15.5;
    expect(rows('aurocError')).toEqual({ low: expect.closeTo(worth / (worth + t2), 6), high: 1 });
    expect(rows('auprError')).toEqual({ low: expect.closeTo(6 / (6 + t2), 6), high: 1 });
  });

  it('are as many as their groups', () => {
    const groups = numbers(60).map(n => Math.floor(n / 10));
    const one = decided(
      labels,
      n => n % 20 === 3,
      n => (n % 20 === 3 ? 0.9 : 0.01 * (n % 20)),
    );
    expect(rowsOf(one, groups)('aurocError').low).toBeLessThan(rowsOf(one)('aurocError').low - 0.05);
  });

  it('say all there is to say of a predictor that never doubts more or less', () => {
    const { low, high } = rowsOf(
      decided(
        labels,
        n => n % 20 === 3,
        () => 0.5,
      ),
    )('aurocError');
    expect(low).toBeLessThan(0.3);
    expect(high).toBeGreaterThan(0.7);
  });
});

describe('95 % intervals hold the truth where few rows decide', () => {
  // Of 200 repeats; 88 to 99.5 % are 4.5 and 2.9 standard errors off.
  const nearly95 = (held: number) => {
    expect(held).toBeGreaterThanOrEqual(176);
    expect(held).toBeLessThanOrEqual(199);
  };

  it.each([
    [3, 60, 2, 0.9213503964748575],
    [5, 60, 3, 0.9830525732376529],
    [20, 200, 2.5, 0.9614500641282292],
    [5, 200, 1, 0.7602499389065233],
  ])('%i errors and %i others found by normal scores %s apart', (errors, others, apart, truth) => {
    // truth: scipy.stats.norm.cdf(apart/√2); before, .66 to .83 held it.
    let held = 0;
    for (let r = 0; r < 200; r++) {
      const z = fillNormal(fold(keyOf(3), `${r}`), new Float64Array(errors + others));
      const one = decided(
        new Int32Array(errors + others),
        n => n < errors,
        n => 1 / (1 + Math.exp(-z[n]! - (n < errors ? apart : 0))),
      );
      const metric = metricsOf(one).filter(({ name }) => name === 'aurocError');
      const { low, high } = crossedMetrics(keyOf(1), metric, [one]).aurocError!.rows!;
      if (low <= truth && truth <= high) held++;
    }
    nearly95(held);
  });

  it.each([
    [60, 6, 0.95, 0.8],
    [60, 10, 0.95, 0.9],
    [100, 20, 0.99, 0.95],
  ])('%i dogs and %i cats recalled at %s and %s', (dogs, cats, ofDogs, ofCats) => {
    const precision = (right: number, others: number, lost: number) => right / (right + others * (1 - lost));
    const f1 = (own: number, recall: number, others: number, lost: number) => {
      const p = precision(own * recall, others, lost);
      return (2 * p * recall) / (p + recall);
    };
    const truths = {
      balancedAccuracy: (ofDogs + ofCats) / 2,
      macroF1: (f1(dogs, ofDogs, cats, ofCats) + f1(cats, ofCats, dogs, ofDogs)) / 2,
      'f1:cat': f1(cats, ofCats, dogs, ofDogs),
    };
    const held: Record<string, number> = {};
    for (let r = 0; r < 200; r++) {
      const u = fillUniform(fold(keyOf(5), `${r}`), new Float64Array(dogs + cats));
      const labels = u.map((_, n) => (n < dogs ? 0 : 1));
      const one = decided(
        labels,
        n => u[n]! > (n < dogs ? ofDogs : ofCats),
        () => 0.5,
      );
      const metrics = metricsOf(one).filter(({ name }) => name in truths);
      for (const [name, { rows }] of Object.entries(crossedMetrics(keyOf(1), metrics, [one]))) {
        const truth = truths[name as keyof typeof truths];
        held[name] = (held[name] ?? 0) + Number(rows!.low <= truth && truth <= rows!.high);
      }
    }
    for (const name of Object.keys(truths)) nearly95(held[name]!);
  });
});

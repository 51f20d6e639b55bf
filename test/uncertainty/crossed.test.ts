import { describe, expect, it } from 'vitest';
import { fillNormal, fillUniform, fold, type Key, keyOf, studentQuantile } from '../../src/random/index.ts';
import {
  classPredicted,
  crossedInterval,
  crossedMetrics,
  type Ends,
  interval,
  metrics,
  metricsFor,
  metricsOf,
  overall,
  predictive,
} from '../../src/uncertainty/index.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const width = (ends: Ends | undefined) => ends!.high - ends!.low;

/** Losses [chips, rows] around 1 with an effect of each chip, of each block of rows, and of every pair. */
function simulated(key: Key, chips: number, rows: number, stds: readonly [number, number, number], perBlock = 1) {
  const draw = (label: string, count: number, std: number) =>
    fillNormal(fold(key, label), new Float64Array(count)).map(z => std * z);
  const ofChip = draw('chip', chips, stds[0]);
  const ofBlock = draw('block', rows / perBlock, stds[1]);
  return draw('pair', chips * rows, stds[2]).map(
    (pair, at) => 1 + pair + ofChip[Math.floor(at / rows)]! + ofBlock[Math.floor((at % rows) / perBlock)]!,
  );
}

describe('crossedInterval', () => {
  const losses = simulated(keyOf(1), 4, 6, [0.3, 1, 0.5]);

  it('is over chips the t interval of their means, over rows that of theirs', () => {
    const found = crossedInterval(losses, { chips: 4, rows: 6 });
    const ofChips = Array.from({ length: 4 }, (_, i) => losses.subarray(6 * i, 6 * i + 6).reduce((a, b) => a + b) / 6);
    const ofRows = Array.from(
      { length: 6 },
      (_, j) => [0, 1, 2, 3].reduce((sum, i) => sum + losses[6 * i + j]!, 0) / 4,
    );
    for (const [one, values] of [
      [found.chips, ofChips],
      [found.rows, ofRows],
    ] as const) {
      const expected = interval(values);
      expect(found.mean).toBeCloseTo(expected.mean, 12);
      expect(one!.low).toBeCloseTo(expected.low, 12);
      expect(one!.high).toBeCloseTo(expected.high, 12);
    }
    expect(overall(found)).toEqual({ mean: found.mean, ...found.both });
    expect(width(found.both)).toBeGreaterThan(Math.max(width(found.chips), width(found.rows)));
  });

  it('has the variance that resamples of both have', () => {
    // Means of 20,000 resamples drawn here: chips and rows by themselves, weights multiplied.
    const [chips, rows, repeats] = [4, 6, 20000];
    const u = fillUniform(keyOf(2), new Float64Array(repeats * (chips + rows)));
    let [first, second] = [0, 0];
    for (let r = 0, at = 0; r < repeats; r++) {
      const picks = Array.from({ length: chips + rows }, (_, k) => Math.floor(u[at++]! * (k < chips ? chips : rows)));
      let sum = 0;
      for (const i of picks.slice(0, chips)) for (const j of picks.slice(chips)) sum += losses[i * rows + j]! / 24;
      first += sum / repeats;
      second += (sum * sum) / repeats;
    }
    const resamples = second - first * first;
    const center = losses.reduce((a, b) => a + b) / 24;
    const r = Array.from(
      { length: chips },
      (_, i) => losses.subarray(rows * i, rows * i + rows).reduce((a, b) => a + b) / 6,
    );
    const c = Array.from(
      { length: rows },
      (_, j) => [0, 1, 2, 3].reduce((sum, i) => sum + losses[rows * i + j]!, 0) / 4,
    );
    const parts = [
      r.reduce((sum, x) => sum + (x - center) ** 2, 0) / chips ** 2,
      c.reduce((sum, x) => sum + (x - center) ** 2, 0) / rows ** 2,
      losses.reduce((sum, l, at) => sum + (l - r[Math.floor(at / rows)]! - c[at % rows]! + center) ** 2, 0) / 24 ** 2,
    ] as const;
    expect(Math.abs(resamples / (parts[0] + parts[1] + parts[2]) - 1)).toBeLessThan(0.03);
    // Raised by n/(n − 1) each, with t of Satterthwaite's degrees of freedom.
    const [a, b] = [(parts[0] * 4) / 3, (parts[1] * 6) / 5];
    const variance = a + b + (parts[2] * 4 * 6) / (3 * 5);
    const degrees = (a + b) ** 2 / (a ** 2 / 3 + b ** 2 / 5);
    const { both, rows: alone } = crossedInterval(losses, { chips, rows });
    expect(width(both)).toBeCloseTo(2 * studentQuantile(0.975, degrees) * Math.sqrt(variance), 10);
    // scipy.stats.t.ppf(.975, 5)
    expect(width(alone)).toBeCloseTo(2 * 2.5705818356363146 * Math.sqrt(b), 10);
  });

  it('has no interval in a direction with one unit', () => {
    const one = crossedInterval(losses.subarray(0, 6), { chips: 1, rows: 6 });
    expect(Object.keys(one)).toEqual(['mean', 'rows']);
    expect(overall(one)).toEqual({ mean: one.mean, ...one.rows });
    for (const groups of [undefined, [7, 7, 7, 7, 7, 7]]) {
      const rows = groups ? 6 : 1;
      const found = crossedInterval(losses.subarray(0, 4 * rows), { chips: 4, rows, groups });
      expect(Object.keys(found)).toEqual(['mean', 'chips']);
      expect(overall(found)).toEqual({ mean: found.mean, ...found.chips });
    }
    const { mean, low, high } = overall(crossedInterval(losses.subarray(0, 1), { chips: 1, rows: 1 }));
    expect([low, high]).toEqual([mean, mean]);
  });

  it('takes rows of one group together', () => {
    // Every row twice: as groups they say what the single rows say, as rows they pretend to more.
    const twice = Float64Array.from({ length: 48 }, (_, at) => losses[Math.floor(at / 2)]!);
    const single = crossedInterval(losses, { chips: 4, rows: 6 });
    const groups = Array.from({ length: 12 }, (_, j) => 7 - Math.floor(j / 2));
    const grouped = crossedInterval(twice, { chips: 4, rows: 12, groups });
    for (const way of ['chips', 'rows', 'both'] as const) {
      expect(grouped[way]!.low).toBeCloseTo(single[way]!.low, 12);
      expect(grouped[way]!.high).toBeCloseTo(single[way]!.high, 12);
    }
    expect(width(crossedInterval(twice, { chips: 4, rows: 12 }).rows)).toBeLessThan(width(single.rows));
    expect(() => crossedInterval(twice, { chips: 4, rows: 12, groups: [1] })).toThrow('one per row, 12, got 1');
    expect(() => crossedInterval(twice, { chips: 4, rows: 6 })).toThrow('chips × rows = 4 × 6 numbers, got 48');
  });

  it('stays within bounds', () => {
    const right = Float64Array.from({ length: 20 }, (_, at) => (at === 3 ? 0 : 1));
    const found = crossedInterval(right, { chips: 2, rows: 10, bounds: [0, 1] });
    for (const way of ['chips', 'rows', 'both'] as const) {
      expect(found[way]!.high).toBe(1);
      expect(found[way]!.low).toBeLessThan(found.mean);
    }
  });
});

describe('95 % intervals over chips and rows hold the truth', () => {
  // Of 200 repeats with crossed effects; 90 to 99 % are 3.2 and 2.6 standard errors off.
  it.each([
    ['chips differ', [1, 1, 0.3], 5, 60, 1],
    ['rows differ', [0.05, 1, 0.5], 6, 40, 1],
    ['both', [0.3, 1.5, 0.7], 8, 24, 1],
    ['rows in blocks', [0.1, 1, 0.5], 6, 96, 4],
  ] as const)('where %s', (name, stds, chips, rows, perBlock) => {
    const groups = Array.from({ length: rows }, (_, j) => Math.floor(j / perBlock));
    let held = 0;
    for (let r = 0; r < 200; r++) {
      const losses = simulated(fold(keyOf(7), `${name} ${r}`), chips, rows, stds, perBlock);
      const { low, high } = crossedInterval(losses, { chips, rows, groups }).both!;
      if (low <= 1 && high >= 1) held++;
    }
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThanOrEqual(198);
  });
});

describe('groups of unequal size', () => {
  it('are left out one after the other', () => {
    const values = Float64Array.of(1, 0, 0, 1, 1, 3);
    const groups = [5, 5, 5, 7, 7, 9];
    const { mean, rows } = crossedInterval(values, { chips: 1, rows: 6, groups });
    expect(mean).toBe(1);
    // Means without a group: 5/3, 4/4, 3/5. g = array([5/3, 1, .6]); v = 2/3*((g - 1)**2).sum();
    // effective groups 36/14: t with 36/14 − 1 degrees.
    const spread = Math.sqrt((2 / 3) * ((2 / 3) ** 2 + 0.4 ** 2));
    expect(rows!.high - 1).toBeCloseTo(studentQuantile(0.975, 36 / 14 - 1) * spread, 10);
  });

  it('of which one is nearly all say nothing of others', () => {
    const values = Float64Array.from({ length: 20 }, (_, j) => j % 2);
    const groups = values.map((_, j) => (j < 18 ? 0 : j));
    expect(crossedInterval(values, { chips: 1, rows: 20, groups }).rows).toBeUndefined();
    // One of the cats' groups has nine tenths of the cats, though not of the rows.
    const p = Float64Array.from(numbers(40).flatMap(n => (n % 3 === 0 ? [0.2, 0.8] : [0.8, 0.2])));
    const labels = numbers(40).map(n => (n % 4 === 0 ? 1 : 0));
    const patients = numbers(40).map(n => (n % 4 === 0 && n > 3 ? 0 : 1 + (n % 5)));
    const chip = classPredicted(predictive(p, 1, 40, 2), labels, undefined, ['dog', 'cat']);
    const found = crossedMetrics(
      keyOf(1),
      metricsFor(chip).filter(({ name }) => name.startsWith('recall')),
      [chip],
      { rows: patients },
    );
    expect(found['recall:cat']!.rows).toBeUndefined();
    expect(found['recall:dog']!.rows).toBeDefined();
  });
});

describe('shares', () => {
  it('have the interval of Wilson', () => {
    // Of 10 rows 7 right: p, n, t = .7, 9, stats.t.ppf(.975, 9), for s² = p(1 − p)/9
    // c, h = (p + t*t/2/n)/(1 + t*t/n), t/(1 + t*t/n)*sqrt(p*(1 - p)/n + t*t/4/n/n)
    const right = Float64Array.of(1, 1, 1, 1, 1, 1, 1, 0, 0, 0);
    const found = crossedInterval(right, { chips: 1, rows: 10, share: true });
    const [p, n, t] = [0.7, 9, 2.2621571628540993];
    const center = (p + (t * t) / 2 / n) / (1 + (t * t) / n);
    const half = (t / (1 + (t * t) / n)) * Math.sqrt((p * (1 - p)) / n + (t * t) / 4 / n / n);
    expect(found.rows!.low).toBeCloseTo(center - half, 10);
    expect(found.rows!.high).toBeCloseTo(center + half, 10);
  });

  it('are not certain where all rows are right', () => {
    const of = (chips: number, rows: number, value: number, groups?: number[]) =>
      crossedInterval(new Float64Array(chips * rows).fill(value), { chips, rows, groups, share: true });
    const { rows, both, chips } = of(4, 114, 1);
    // 1/(1 + t²/n), t = stats.t.ppf(.975, 113)
    expect(rows!.low).toBeCloseTo(0.96671, 4);
    expect(rows!.high).toBe(1);
    expect(both).toEqual(rows);
    expect(width(chips)).toBe(0);
    expect(of(1, 114, 0).rows!.high).toBeCloseTo(1 - rows!.low, 12);
    const patients = Array.from({ length: 114 }, (_, j) => j % 6);
    // Six patients: 1/(1 + 2.5705818² / 6).
    expect(of(1, 114, 1, patients).rows!.low).toBeCloseTo(0.47589, 5);
  });

  it('hold the truth where few rows are wrong', () => {
    // Of 114 rows at .97, four chips that agree: with the plain interval 14 % of repeats hold no error or too few of them.
    let held = 0;
    for (let r = 0; r < 300; r++) {
      const u = fillUniform(keyOf(r), new Float64Array(114));
      const right = Float64Array.from({ length: 456 }, (_, at) => (u[at % 114]! < 0.97 ? 1 : 0));
      const { low, high } = crossedInterval(right, { chips: 4, rows: 114, share: true }).both!;
      if (low <= 0.97 && high >= 0.97) held++;
    }
    expect(held).toBeGreaterThanOrEqual(279);
  });
});

describe('crossedMetrics', () => {
  // Two chips that decide 114 rows alike, two of them wrongly: chips say nothing, rows do.
  const rows = 114;
  const surely = (n: number) => 0.7 + 0.02 * ((7 * n) % 13);
  const p = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? surely(i >> 1) : 1 - surely(i >> 1)));
  const labels = Array.from({ length: rows }, (_, n) => (n % 60 === 7 ? 1 : 0));
  const chip = classPredicted(predictive(p, 1, rows, 2), labels, undefined, ['dog', 'cat']);
  const found = crossedMetrics(keyOf(1), metricsOf(chip), [chip, chip]);

  it('see the rows that chips agree on', () => {
    const { mean, chips, rows, both } = found.accuracy!;
    expect(mean).toBeCloseTo(112 / 114, 12);
    expect(width(chips)).toBeCloseTo(0, 12);
    // As above with p, n, t = 112/114, 113, stats.t.ppf(.975, 113).
    expect(rows!.low).toBeCloseTo(0.93726, 5);
    expect(rows!.high).toBeCloseTo(0.99526, 5);
    expect(both!.low).toBeLessThanOrEqual(rows!.low);
  });

  it('know metrics that are no means', () => {
    for (const name of [
      'ece',
      'adaptiveEce',

      'aurocError',
      'riskCoverageArea',
      'macroF1',
      'precision:dog',
    ]) {
      expect(width(found[name]!.chips), name).toBe(0);
      expect(width(found[name]!.rows), name).toBeGreaterThan(0.002);
    }
  });

  it('know that two cats are two', () => {
    // Never recognised: 1 − 1/(1 + t²/2).
    expect(found['recall:cat']!.mean).toBe(0);
    expect(found['recall:cat']!.rows!.high).toBeCloseTo(0.6624, 3);
    expect(found['recall:dog']!.rows!.low).toBeCloseTo(112 / (112 + 1.98118 ** 2), 4);
  });

  it('resample what was never seen by itself', () => {
    const strangers = predictive(Float64Array.of(0.6, 0.4, 0.95, 0.05, 0.5, 0.5), 1, 3, 2);
    const given = classPredicted(predictive(p, 1, rows, 2), labels, strangers);
    const total = metrics.filter(({ name }) => name === 'aurocUnseenTotal');
    const one = crossedMetrics(keyOf(1), total, [given]).aurocUnseenTotal!;
    expect(one.mean).toBeCloseTo(2 / 3, 12);
    // Of three strangers one is not found, and all known rows are alike: s² = 2/9/2, the share of two inputs; t of 2 degrees.
    // p, n, t = 2/3, 2, stats.t.ppf(.975, 2); as above
    expect(one.rows!.low).toBeCloseTo(0.0438299, 6);
    expect(one.rows!.high).toBeCloseTo(0.98867, 5);
    expect(crossedMetrics(keyOf(1), total, [given], { unseen: [1, 1, 1] }).aurocUnseenTotal!.rows).toBeUndefined();
  });
});

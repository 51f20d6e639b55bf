import { describe, expect, it } from 'vitest';
import { fillNormal, fillUniform, fold, type Key, keyOf } from '../../src/random/index.ts';
import {
  classPredicted,
  crossedInterval,
  crossedMetric,
  interval,
  metrics,
  predictive,
} from '../../src/uncertainty/index.ts';
import { studentQuantile } from '../../src/uncertainty/student.ts';

const width = ({ low, high }: { low: number; high: number }) => high - low;

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
    const found = crossedInterval(keyOf(0), losses, { chips: 4, rows: 6 });
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
      expect(one.mean).toBeCloseTo(expected.mean, 12);
      expect(one.low).toBeCloseTo(expected.low, 12);
      expect(one.high).toBeCloseTo(expected.high, 12);
    }
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
    const { both, rows: alone } = crossedInterval(keyOf(0), losses, { chips, rows });
    expect(width(both)).toBeCloseTo(2 * studentQuantile(0.975, degrees) * Math.sqrt(variance), 10);
    // scipy.stats.t.ppf(.975, 5)
    expect(width(alone)).toBeCloseTo(2 * 2.5705818356363146 * Math.sqrt(b), 10);
  });

  it('has no interval in a direction with one unit', () => {
    const found = crossedInterval(keyOf(0), losses.subarray(0, 6), { chips: 1, rows: 6 });
    expect(width(found.chips)).toBe(0);
    expect(found.both).toEqual(found.rows);
    expect(width(crossedInterval(keyOf(0), losses.subarray(0, 4), { chips: 4, rows: 1 }).rows)).toBe(0);
  });

  it('takes rows of one block together', () => {
    // Every row twice: as blocks they say what the single rows say, as rows they pretend to more.
    const twice = Float64Array.from({ length: 48 }, (_, at) => losses[Math.floor(at / 2)]!);
    const single = crossedInterval(keyOf(0), losses, { chips: 4, rows: 6 });
    const blocks = Array.from({ length: 12 }, (_, j) => 7 - Math.floor(j / 2));
    const blocked = crossedInterval(keyOf(0), twice, { chips: 4, rows: 12, blocks });
    for (const way of ['chips', 'rows', 'both'] as const) {
      expect(blocked[way].low).toBeCloseTo(single[way].low, 12);
      expect(blocked[way].high).toBeCloseTo(single[way].high, 12);
    }
    expect(width(crossedInterval(keyOf(0), twice, { chips: 4, rows: 12 }).rows)).toBeLessThan(width(single.rows));
    expect(() => crossedInterval(keyOf(0), twice, { chips: 4, rows: 12, blocks: [1] })).toThrow(
      'one per row, 12, got 1',
    );
    expect(() => crossedInterval(keyOf(0), twice, { chips: 4, rows: 6 })).toThrow(
      'chips × rows = 4 × 6 numbers, got 48',
    );
  });

  it('stays within bounds', () => {
    const right = Float64Array.from({ length: 20 }, (_, at) => (at === 3 ? 0 : 1));
    const found = crossedInterval(keyOf(0), right, { chips: 2, rows: 10, bounds: [0, 1] });
    for (const way of ['chips', 'rows', 'both'] as const) {
      expect(found[way].high).toBe(1);
      expect(found[way].low).toBeLessThan(found.mean);
    }
  });

  it('of a mean by drawing agrees with that without', () => {
    const [chips, rows] = [5, 40];
    const drawn = simulated(keyOf(4), chips, rows, [0.3, 1, 1]);
    const mean = (chip: number, weights: Float64Array) => {
      const own = drawn.subarray(chip * rows, (chip + 1) * rows);
      return weights.reduce((sum, w, j) => sum + w * own[j]!, 0) / weights.reduce((sum, w) => sum + w, 0);
    };
    const exact = crossedInterval(keyOf(0), drawn, { chips, rows });
    const found = crossedInterval(keyOf(0), mean, { chips, rows, repeats: 2000 });
    expect(found.mean).toBeCloseTo(exact.mean, 12);
    expect(width(found.chips)).toBeCloseTo(width(exact.chips), 12);
    for (const way of ['rows', 'both'] as const) {
      expect(Math.abs(width(found[way]) / width(exact[way]) - 1)).toBeLessThan(0.06);
    }
    expect(crossedInterval(keyOf(0), mean, { chips, rows, repeats: 20 })).toEqual(
      crossedInterval(keyOf(0), mean, { chips, rows, repeats: 20 }),
    );
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
    const blocks = Array.from({ length: rows }, (_, j) => Math.floor(j / perBlock));
    let held = 0;
    for (let r = 0; r < 200; r++) {
      const losses = simulated(fold(keyOf(7), `${name} ${r}`), chips, rows, stds, perBlock);
      const { low, high } = crossedInterval(keyOf(r), losses, { chips, rows, blocks }).both;
      if (low <= 1 && high >= 1) held++;
    }
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThanOrEqual(198);
  });

  it('for a metric that is no mean of rows', () => {
    // Root of the mean square of chip + row effects: E = √(0.1² + 1 + 0.5²) where chips hardly differ.
    let held = 0;
    const [chips, rows] = [4, 40];
    for (let r = 0; r < 200; r++) {
      const losses = simulated(fold(keyOf(9), r), chips, rows, [0.01, 1, 0.5]).map(x => (x - 1) ** 2);
      const rms = (chip: number, weights: Float64Array) =>
        Math.sqrt(weights.reduce((sum, w, j) => sum + w * losses[chip * rows + j]!, 0) / rows);
      const { low, high } = crossedInterval(keyOf(r), rms, { chips, rows, repeats: 60 }).both;
      if (low <= Math.sqrt(1.25) && high >= Math.sqrt(1.25)) held++;
    }
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThanOrEqual(198);
  });
});

describe('crossedMetric', () => {
  // Two chips that decide 114 rows alike, two of them wrongly: chips say nothing, rows do.
  const rows = 114;
  const p = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 0.9 : 0.1));
  const labels = Array.from({ length: rows }, (_, n) => (n % 60 === 7 ? 1 : 0));
  const chip = classPredicted(predictive(p, 1, rows, 2), labels);
  const of = (name: string) => crossedMetric(keyOf(0), metrics.find(one => one.name === name)!, [chip, chip]);

  it('sees the rows that chips agree on', () => {
    const { mean, chips, rows, both } = of('accuracy')!;
    expect(mean).toBeCloseTo(112 / 114, 12);
    expect(width(chips)).toBeCloseTo(0, 12);
    // m = 112/114; m − stats.t.ppf(.975, 113)*sqrt(m*(1 − m)/113)
    expect(rows.low).toBeCloseTo(0.9579878317100163, 12);
    expect(rows.high).toBe(1);
    expect(both.low).toBeLessThanOrEqual(rows.low);
  });

  it('draws for metrics that are no means, and has none for those without weights', () => {
    const { rows, chips } = of('ece')!;
    expect(width(chips)).toBe(0);
    expect(width(rows)).toBeGreaterThan(0.02);
    expect(of('adaptiveEce')).toBeUndefined();
  });
});

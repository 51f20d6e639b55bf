import { describe, expect, it } from 'vitest';
import { fillNormal, fold, type Key, keyOf } from '../../src/random/index.ts';
import {
  classRead,
  gathered,
  levelEntropies,
  type NestedUnit,
  nestedEstimate,
  targetRead,
} from '../../src/uncertainty/index.ts';
import { levelVariances } from '../../src/uncertainty/nested.ts';

const sizes = { chips: 12, draws: 4, cycles: 3, reads: 2 };

/** Targets [rows] = Σ effects of spread `stds` (chip, draw, cycle, read), as chips of a nested design. */
function linear(key: Key, stds: readonly [number, number, number, number], rows: number, of = sizes): NestedUnit[] {
  const many = (label: string, count: number, std: number) =>
    fillNormal(fold(key, label), new Float64Array(count * rows)).map(z => std * z);
  const { chips, draws, cycles, reads } = of;
  const effects = [
    many('chip', chips, stds[0]),
    many('draw', chips * draws, stds[1]),
    many('cycle', chips * draws * cycles, stds[2]),
    many('read', chips * draws * cycles * reads, stds[3]),
  ] as const;
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  const noise = new Float64Array(rows).fill(0.04);
  return numbers(chips).map(i =>
    gathered(
      numbers(draws).map(j =>
        gathered(
          numbers(cycles).map(k =>
            gathered(
              numbers(reads).map(l => {
                const [draw, cycle] = [i * draws + j, (i * draws + j) * cycles + k];
                const at = [i, draw, cycle, cycle * reads + l];
                const means = Float64Array.from({ length: rows }, (_, r) =>
                  effects.reduce((sum, values, level) => sum + values[at[level]! * rows + r]!, 0),
                );
                return targetRead(means, noise, 1);
              }),
            ),
          ),
        ),
      ),
    ),
  );
}

describe('a nested design', () => {
  it('leaves open the variances of all targets of a row together', () => {
    const variances = Float64Array.of(1, 3, 5, 7);
    expect(targetRead(new Float64Array(4), variances, 2).aleatoric).toBe(8);
  });

  it('has the variances of a table worked out by hand', () => {
    // Two chips of two reads: 1, 3 | 6, 10. MS of reads (2 + 8)/2 = 5, of chips 2·((2 − 5)² + (8 − 5)²)/1 = 36.
    const read = (value: number) => targetRead(Float64Array.of(value), Float64Array.of(0.5), 1);
    const chips = [
      [1, 3],
      [6, 10],
    ].map(values => gathered(values.map(read)));
    const whole = gathered(chips);
    expect(whole.meanSquares).toEqual([5, 36]);
    expect(levelVariances(whole)).toEqual([5, 15.5]);
    expect(whole.aleatoric).toBe(0.5);
    expect(whole.mean[0]).toBe(5);
  });

  it('of classes adds up to 1 − Σ p̄², and in nats to the entropy of the mean', () => {
    const p = (a: number) => classRead(Float64Array.of(a, 1 - a, 0.5 * a, 1 - 0.5 * a), 2);
    const chips = [
      [0.1, 0.3],
      [0.6, 0.9],
      [0.4, 0.2],
    ].map(values => gathered(values.map(p)));
    const whole = gathered(chips);
    const [reads, between] = levelVariances(whole) as [number, number];
    const squares = whole.mean.reduce((sum, x) => sum + x * x, 0) / 2;
    // The mean of n numbers has itself 1/n of their variance in its square.
    const own = between / 3 + reads / 6;
    expect(whole.aleatoric + reads + between).toBeCloseTo(1 - squares + own, 12);
    const entropy = whole.mean.reduce((sum, x) => sum - x * Math.log(x), 0) / 2;
    expect(whole.entropies[0]! + levelEntropies(whole).reduce((a, b) => a + b)).toBeCloseTo(entropy, 12);
    expect(levelEntropies(whole).every(nats => nats > 0)).toBe(true);
  });

  it('has the jackknife of estimates made anew without each chip', () => {
    const chips = linear(keyOf(1), [1, 0.5, 0.3, 0.2], 3);
    const found = nestedEstimate(chips);
    const values = chips.map((_, i) => levelVariances(gathered(chips.filter((_, other) => other !== i))));
    for (const level of [0, 1, 2, 3]) {
      const own = values.map(v => v[level]!);
      const center = own.reduce((a, b) => a + b) / own.length;
      const error = Math.sqrt((11 / 12) * own.reduce((sum, v) => sum + (v - center) ** 2, 0));
      // scipy.stats.t.ppf(.975, 11)
      expect(found.levels[level]!.high - found.levels[level]!.mean).toBeCloseTo(2.200985160082949 * error, 10);
    }
  });

  const truth = [0.8, 0.5, 0.6, 0.4] as const;
  const repeats = 200;
  const found = Array.from({ length: repeats }, (_, n) => nestedEstimate(linear(fold(keyOf(2), n), truth, 6)));

  it.each([
    ['read', 0, truth[3]],
    ['cycle', 1, truth[2]],
    ['posterior', 2, truth[1]],
    ['device', 3, truth[0]],
  ] as const)(
    'finds the part of %s without bias, and its intervals hold it in 90 to 99 % of repeats',
    (_, level, std) => {
      const parts = found.map(({ levels }) => levels[level]!);
      const holding = parts.filter(({ low, high }) => low <= std ** 2 && std ** 2 <= high).length / repeats;
      expect(holding).toBeGreaterThanOrEqual(0.9);
      expect(holding).toBeLessThanOrEqual(0.99);
      const middle = parts.reduce((sum, { mean }) => sum + mean, 0) / repeats;
      const spread = Math.sqrt(parts.reduce((sum, { mean }) => sum + (mean - middle) ** 2, 0) / repeats);
      expect(Math.abs(middle - std ** 2)).toBeLessThan((3.5 * spread) / Math.sqrt(repeats));
    },
  );

  it('holds the sum of all parts and what single reads leave open as well', () => {
    const all = truth.reduce((sum, std) => sum + std * std, 0.04);
    const holding = found.filter(({ total }) => total.low <= all && all <= total.high).length / repeats;
    expect(holding).toBeGreaterThanOrEqual(0.9);
    expect(holding).toBeLessThanOrEqual(0.99);
    expect(found[0]!.aleatoric.mean).toBeCloseTo(0.04, 12);
  });

  it('gives a part that is switched off an interval with 0 in it, and may find it negative', () => {
    for (const off of [0, 1, 2]) {
      const on = (level: number) => (level === off ? 0 : truth[level]!);
      const stds = [on(0), on(1), on(2), on(3)] as const;
      const parts = Array.from(
        { length: 60 },
        (_, n) => nestedEstimate(linear(fold(keyOf(3 + off), n), stds, 6)).levels[3 - off]!,
      );
      const holding = parts.filter(({ low, high }) => low <= 0 && 0 <= high).length / 60;
      // 95 % less 2.7 standard errors.
      expect(holding).toBeGreaterThanOrEqual(0.875);
      expect(parts.some(({ mean }) => mean < 0)).toBe(true);
    }
    const still = nestedEstimate(linear(keyOf(9), [1, 1, 1, 0], 2)).levels[0]!;
    expect(still).toEqual({ mean: 0, low: 0, high: 0 });
  });
});

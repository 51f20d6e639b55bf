import { describe, expect, it } from 'vitest';
import { fold, type Key, keyOf } from '../../src/random/index.ts';
import { Blocks } from '../../src/uncertainty/blocks.ts';
import { classPredicted, crossedMetrics, metrics, predictive } from '../../src/uncertainty/index.ts';
import { resampled } from '../../src/uncertainty/resampled.ts';
import { chipsOf, conformalTimesHeld, expectNearly95, held, overconfident, timesHeld } from './row-coverage.ts';

describe('95 % intervals of resampled rows hold the truth', () => {
  it.each([
    ['mce', 0.3, 300, 4],
    ['fpr95Error', 0.1, 300, 3],
  ] as const)('of %s where confidence is %s too high, of %s rows in blocks of %s', (name, gap, rows, perBlock) => {
    expectNearly95(timesHeld(name, gap, rows, perBlock));
  });

  it('of false alarms about unseen data', () => {
    const metric = metrics.filter(({ name }) => name === 'fpr95UnseenTotal');
    const chips = (key: Key, count: number, rows: number, unseen: number) => {
      const strangers = chipsOf(fold(key, 'unseen'), count, unseen, 1, () => 1, 1.5);
      return chipsOf(key, count, rows, 1, x => x).map(({ parts, labels }, i) =>
        classPredicted(parts, labels, strangers[i]!.parts),
      );
    };
    const truth = metric[0]!.of(chips(keyOf(1), 1, 120000, 120000)[0]!);
    expectNearly95(held(truth, key => crossedMetrics(key, metric, chips(key, 3, 200, 80)).fpr95UnseenTotal!));
  });

  it('of conformalCoverage, which hangs on the rows held back', () => {
    expectNearly95(conformalTimesHeld('conformalCoverage'));
  });
});

it('a mean of few rows varies by s²/n in its resamples, with n − 1 degrees of freedom', () => {
  const values = [3, 1, 4, 1.5];
  const mean = 2.375;
  const expected = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3 / 4;
  const statistic = {
    samples: ['rows'],
    open: (of: readonly number[]) => {
      return ({ rows }: { rows?: Float64Array }) =>
        of.reduce((sum, x, j) => sum + rows![j]! * x, 0) / rows!.reduce((sum, w) => sum + w, 0);
    },
  } as const;
  let variance = 0;
  for (let r = 0; r < 100; r++) {
    const { added, degrees } = resampled(values, statistic, {
      rows: new Blocks({ count: 4 }, { key: fold(keyOf(11), `${r}`) }),
    })!;
    expect(degrees).toBe(3);
    variance += added.reduce((sum, x) => sum + x * x, 0) / 100;
  }
  // 12 800 resamples, whose squares vary by about √2 or less.
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
});

describe('resampling', () => {
  const chips = chipsOf(keyOf(4), 2, 200, 1, overconfident(0.2));
  const found = (key: Key, names = ['mce', 'fpr95Error']) =>
    crossedMetrics(
      key,
      metrics.filter(({ name }) => names.includes(name)),
      chips,
    );

  it('is what its key says, and of all chips the same rows', () => {
    expect(found(keyOf(1))).toEqual(found(keyOf(1)));
    expect(found(keyOf(1)).mce!.rows).not.toEqual(found(keyOf(2)).mce!.rows);
    const twins = crossedMetrics(
      keyOf(1),
      metrics.filter(({ name }) => name === 'mce'),
      [chips[0]!, chips[0]!],
    ).mce!;
    expect(twins.both!.low).toBeCloseTo(twins.rows!.low, 10);
    expect(twins.both!.high).toBeCloseTo(twins.rows!.high, 10);
  });

  it('says nothing where one error, or one group of rows, is all the evidence', () => {
    const p = Float64Array.from({ length: 80 }, (_, at) => (at % 2 === 0 ? 0.6 + at / 300 : 0.4 - at / 300));
    const one = classPredicted(
      predictive(
        p.map((x, at) => (at % 2 === 0 ? x : 1 - p[at - 1]!)),
        1,
        40,
        2,
      ),
      Int32Array.from({ length: 40 }, (_, n) => (n === 3 ? 1 : 0)),
    );
    const of = (groups?: number[]) =>
      crossedMetrics(
        keyOf(1),
        metrics.filter(({ name }) => /^(mce|fpr95Error)$/.test(name)),
        [one],
        { rows: groups },
      );
    expect(of().fpr95Error!.rows).toBeUndefined();
    expect(of().mce!.rows).toBeDefined();
    expect(of(Array.from({ length: 40 }, () => 1)).mce!.rows).toBeUndefined();
  });
});

it('rows of one key are resampled alike, whoever asks, those of another key or number otherwise', () => {
  const weights = (seed: number, rows: number) => {
    const blocks = new Blocks({ count: rows }, { key: keyOf(seed) });
    return [0, 127].map(number => {
      const out = new Float64Array(rows);
      blocks.resample(number, out);
      return out;
    });
  };
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const first = seeds.map(seed => weights(seed, 40));
  expect(seeds.map(seed => weights(seed, 40))).toEqual(first);
  expect(new Set(first.flat().map(([one]) => one)).size).toBe(40);
  for (const rows of [7, 40, 1500]) {
    for (const each of weights(3, rows)) expect(each.every(weight => weight > 0 && weight < 40)).toBe(true);
  }
});

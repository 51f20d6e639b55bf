import { describe, expect, it, test } from 'vitest';
import { fillNormal, fillUniform, fold, keyOf } from '../../src/random/index.ts';
import {
  type ClassPredicted,
  classPredicted,
  crossedMetrics,
  crossedRecords,
  keptMetrics,
  metricsOf,
  noEvidence,
  type Predicted,
  pooledRows,
  predictive,
  predictiveMoments,
  type RegressionPredicted,
  regressionPredicted,
  rowEvidence,
} from '../../src/uncertainty/index.ts';
import type { Judge } from '../../src/uncertainty/metrics/metric.ts';

const classes = 3;
const samples = 2;
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;

/** Rows that may be taken any number of times: how they are predicted, and their answers. */
function rowsOf(seed: number, count: number, sure = 2) {
  const u = fillNormal(keyOf(seed), new Float64Array(samples * count * classes));
  const labels = Array.from(fillUniform(fold(keyOf(seed), 'labels'), new Float64Array(count)), x =>
    x < 0.5 ? 0 : x < 0.8 ? 1 : 2,
  );
  // Every fifth row is predicted like the one before it, whatever its label: ties between right and wrong decisions.
  const row = (s: number, one: number) => {
    const n = one % 5 === 4 ? one - 1 : one;
    const logits = [0, 1, 2].map(c => u[(s * count + n) * classes + c]! + (labels[n] === c ? sure : 0));
    const sum = logits.reduce((total, x) => total + Math.exp(x), 0);
    return logits.map(x => Math.exp(x) / sum);
  };
  const parts = (picked: readonly number[]) =>
    predictive(Float64Array.from([0, 1].flatMap(s => picked.flatMap(n => row(s, n)))), samples, picked.length, classes);
  const moments = (picked: readonly number[]) => {
    const means = Float64Array.from([0, 1].flatMap(s => picked.flatMap(n => [row(s, n)[0]!, row(s, n)[1]!])));
    return { means, stds: means.map(x => 0.2 + x), samples, count: picked.length, outputs: 2 };
  };
  return { labels, parts, moments };
}

const known = rowsOf(1, 300);
const strangers = rowsOf(2, 100, 0);
const classesOf = (picked: readonly number[], unseen: readonly number[]): ClassPredicted =>
  classPredicted(
    known.parts(picked),
    picked.map(n => known.labels[n]!),
    strangers.parts(unseen),
    ['a', 'b', 'c'],
  );
const targets = fillNormal(keyOf(5), new Float64Array(600));
const realOf = (picked: readonly number[]): RegressionPredicted =>
  regressionPredicted(
    known.moments(picked),
    picked.flatMap(n => [targets[2 * n]!, targets[2 * n + 1]!]),
  );
const other = rowsOf(3, 300);
const keptOf = (picked: readonly number[]) => ({ software: known.parts(picked), hardware: other.parts(picked) });
const realKeptOf = (picked: readonly number[]) => {
  const parts = (of: typeof known) => {
    const { means, stds, count, outputs } = of.moments(picked);
    return predictiveMoments(means, stds, samples, count, outputs);
  };
  return { software: parts(known), hardware: parts(other) };
};

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Metrics whose slope is that of a chord, or whose bins move with the copies. */
const bent = ['eceFloor', 'adaptiveEce'];

describe('numbers per input', () => {
  /** Every row 40 times, and one of them once more: what that changes, N times. */
  function checkCopies<Given>(judges: readonly Judge<Given>[], of: (picked: readonly number[]) => Given) {
    const picked = numbers(12).flatMap(n => Array<number>(40).fill(n));
    const base = of(picked);
    for (const judge of judges.filter(({ name, rows }) => rows && !bent.includes(name))) {
      const value = judge.of(base);
      if (Number.isNaN(value)) continue;
      const rows = judge.rows!(base);
      expect(mean(rows), judge.name).toBeCloseTo(value, 9);
      const changes = numbers(12).map(n => picked.length * (judge.of(of([...picked, n])) - value));
      const largest = Math.max(...changes.map(Math.abs), 1e-3);
      for (const n of numbers(12)) {
        expect(Math.abs(rows[40 * n]! - value - changes[n]!) / largest, `${judge.name} ${n}`).toBeLessThan(0.06);
      }
    }
  }

  it('say what one more input changes a metric of classes by', () => {
    const unseen = numbers(20);
    checkCopies(
      metricsOf(classesOf([0, 1], unseen)).filter(({ unseenRows }) => !unseenRows),
      picked => classesOf(picked, unseen),
    );
  });

  it('the same of real targets, and of what was kept', () => {
    checkCopies(metricsOf(realOf([0])) as Judge<RegressionPredicted>[], realOf);
    const ofTask = (task: string) => keptMetrics.filter(metric => metric.task === task);
    checkCopies(ofTask('classification'), keptOf);
    checkCopies(ofTask('regression'), realKeptOf);
  });

  it('of unseen inputs say it among those alone', () => {
    const picked = numbers(60);
    for (const metric of metricsOf(classesOf(picked, [0])).filter(({ unseenRows }) => unseenRows)) {
      if (bent.includes(metric.name)) continue;
      const unseen = numbers(12).flatMap(n => Array<number>(40).fill(n));
      const base = classesOf(picked, unseen);
      const value = metric.of(base);
      const rows = metric.unseenRows!(base);
      expect(rows).toHaveLength(unseen.length);
      expect(metric.rows!(base)).toHaveLength(picked.length);
      const center = mean(rows);
      const changes = numbers(12).map(n => unseen.length * (metric.of(classesOf(picked, [...unseen, n])) - value));
      const drift = mean(changes);
      for (const n of numbers(12)) {
        // A larger share of unseen inputs changes precision as well: that is no evidence.
        expect(Math.abs(rows[40 * n]! - center - (changes[n]! - drift)), `${metric.name} ${n}`).toBeLessThan(0.02);
      }
    }
  });
});

describe('the debiased calibration error of a calibrated predictor', () => {
  it('is 0 by no more than what chance leaves open', () => {
    // 160 of 200 rows right at .8. Of draws of 200: quantile([max(0, (k/200 − .8)² − k/200(1 − k/200)/199)**.5, k ~ B(200, .8)], .975) = .058
    const p = Float64Array.from(numbers(200).flatMap(() => [0.8, 0.2]));
    const labels = numbers(200).map(n => (n < 160 ? 0 : 1));
    const given = classPredicted(predictive(p, 1, 200, 2), labels);
    const metric = metricsOf(given).filter(({ name }) => name === 'calibrationErrorDebiased');
    const { mean, rows } = crossedMetrics(keyOf(1), metric, [given]).calibrationErrorDebiased!;
    expect([mean, rows!.low]).toEqual([0, 0]);
    expect(rows!.high).toBeGreaterThan(0.04);
    expect(rows!.high).toBeLessThan(0.07);
  });
});

describe('what is not defined', () => {
  it('owes nothing to rows, and of chips some of which have no rows nothing is said of rows', () => {
    const right = classPredicted(predictive(Float64Array.of(0.9, 0.1, 0.6, 0.4, 0.7, 0.3), 1, 3, 2), [0, 0, 0]);
    const rows = pooledRows(keyOf(0), { count: 3 });
    const judged = (given: Predicted) => {
      const metrics = metricsOf(given);
      const values = Object.fromEntries(metrics.map(metric => [metric.name, metric.of(given)]));
      return { values, evidence: rowEvidence(given, metrics, values, rows) };
    };
    const one = judged(right);
    expect(one.values.aurocError).toBeNaN();
    expect(Object.keys(one.evidence.byBlock)).not.toContain('aurocError');
    const other = { ...one, evidence: noEvidence };
    expect(Object.keys(crossedRecords([one, other], 'classification').nll!)).toEqual(['mean', 'chips']);
    expect(Object.keys(crossedRecords([one, one], 'classification').nll!)).toEqual(['mean', 'chips', 'rows', 'both']);
  });
});

describe('rows that are pooled', () => {
  it('are pooled at random, whatever their order', () => {
    // Rows in the order of their classes: blocks that took every 1,024th would all be alike.
    const values = Float64Array.from({ length: 4096 }, (_, j) => (j < 2048 ? 0 : 1));
    const { rows } = pooledRows(keyOf(3), { count: 4096 });
    const { added, degrees } = rows.over(values)!;
    expect([added.length, rows.units(), degrees]).toEqual([1024, 4096, 1023]);
    const variance = added.reduce((sum, x) => sum + x * x, 0);
    // s²/N = .25/4095, known to √(2/1023) = 4 %.
    expect(Math.abs(variance / (0.25 / 4095) - 1)).toBeLessThan(0.12);
  });
});

describe('intervals over rows are those of resampling', () => {
  const repeats = 300;

  /** Standard deviations over resamples with replacement, over those of the intervals. */
  function ratios(of: (picked: readonly number[], unseen: readonly number[]) => Predicted, count: number) {
    const all = of(numbers(count), numbers(100));
    const metrics = metricsOf(all).filter(({ rows }) => rows);
    const drawn = metrics.map(() => new Float64Array(repeats));
    for (let r = 0; r < repeats; r++) {
      const u = fillUniform(keyOf(100 + r), new Float64Array(count + 100));
      const pick = (from: number, many: number) => numbers(many).map(n => Math.floor(u[from + n]! * many));
      const one = of(pick(0, count), pick(count, 100));
      for (const [i, metric] of metrics.entries()) drawn[i]![r] = metric.of(one);
    }
    const found = crossedMetrics(
      keyOf(1),
      metrics.map(({ bounds: _bounds, shareOf: _share, likeShare: _like, ...metric }) => metric),
      [all],
    );
    return metrics.map(({ name, bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] }, i) => {
      const center = mean(drawn[i]!);
      const spread = Math.sqrt(mean(drawn[i]!.map(x => (x - center) ** 2)));
      const { low, high } = found[name]!.rows!;
      const cut = low === bounds[0] || high === bounds[1];
      return {
        name,
        ratio:
          (cut ? 2 * Math.max(found[name]!.mean - low, high - found[name]!.mean) : high - low) / 2 / 1.968 / spread,
      };
    });
  }

  test('of classes', () => {
    for (const { name, ratio } of ratios(classesOf, 300)) {
      // The spread of resamples is known to 4 %; an absolute value near 0 is bent.
      const absolute = /^(ece|adaptiveEce|calibrationErrorDebiased)$/.test(name);
      expect(ratio, `${name} ${ratio}`).toBeGreaterThan(absolute ? 0.6 : 0.85);
      expect(ratio, `${name} ${ratio}`).toBeLessThan(absolute ? 1.8 : 1.18);
    }
  });

  test('of real targets', () => {
    for (const { name, ratio } of ratios(realOf, 300)) {
      expect(ratio, `${name} ${ratio}`).toBeGreaterThan(0.85);
      expect(ratio, `${name} ${ratio}`).toBeLessThan(1.18);
    }
  });
});

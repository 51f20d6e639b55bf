import { expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import { coursesOf } from '../../src/device/fit/courses.ts';
import { fitInputsOf } from '../../src/device/fit/estimate.ts';
import { findFailures } from '../../src/device/fit/failures.ts';
import { groupMeasurements } from '../../src/device/fit/group.ts';
import { linesOf } from '../../src/device/fit/laws.ts';
import { slopesOf } from '../../src/device/fit/lines.ts';
import { parametersOf } from '../../src/device/fit/parameters.ts';
import { clustersOf, foldsOf, resamples } from '../../src/device/fit/resample.ts';
import { Samples } from '../../src/device/fit/samples.ts';
import { startTimes } from '../../src/device/fit/start-time.ts';
import { meanStd } from '../../src/device/fit/statistics.ts';
import { findDevice, fitDevice } from '../../src/device/index.ts';
import { kernels } from '../../src/kernels/index.ts';
import { fillNormal, fillUniform, keyOf } from '../../src/random/index.ts';
import { measure } from './synthetic.ts';

/** Two levels of 40 and 60 cells, and samples that have each cell up to three times. */
const first = Int32Array.of(0, 40, 100);
const times = Array.from({ length: 4 }, (_, sample) =>
  fillUniform(keyOf(sample), new Float64Array(100)).map(u => Math.floor(4 * u)),
);
const samples = new Samples(times.length, first);
times.forEach((own, sample) => {
  samples.set(sample, own);
});

/** What a sample has of a level, spelled out. */
const drawn = (values: ArrayLike<number>, sample: number, level: number): number[] =>
  Array.from({ length: first[level + 1]! - first[level]! }, (_, i) => first[level]! + i).flatMap(i =>
    Number.isNaN(values[i]!) ? [] : new Array<number>(times[sample]![i]!).fill(values[i]!),
  );

test('moments of samples are those of what they have', () => {
  const values = fillNormal(keyOf(9), new Float64Array(100)).map((z, i) =>
    i % 7 === 3 ? Number.NaN : 1e-5 + 1e-7 * z,
  );
  const some = samples.only([3, 1]);
  for (const level of [0, 1]) {
    const moments = some.level(level).moments(values.subarray(first[level], first[level + 1]));
    for (const [at, sample] of [3, 1].entries()) {
      const own = drawn(values, sample, level);
      const { mean, std } = meanStd(own);
      const found = moments(at);
      expect(found.count).toBe(own.length);
      expect(found.mean / mean).toBeCloseTo(1, 14);
      expect(found.std / std).toBeCloseTo(1, 11);
    }
  }
});

test('what is alike has no spread', () => {
  const values = new Float64Array(40).fill(0.1);
  expect(samples.level(0).moments(values)(2).std).toBe(0);
});

test('samples draw as many clusters as there are, and folds hold every cell out once', () => {
  const data = measure(
    findDevice('pcm-ibm'),
    { targets: [5e-6, 25e-6], devices: 30, cycles: 2, times: [0, 3600], reads: 1 },
    keyOf(3),
  );
  const grouped = groupMeasurements(data, 'here');
  const clusters = clustersOf(grouped.programmings, grouped.levels);
  const drawn = atOnce(resamples(keyOf(1), grouped, clusters, 20));
  const counts = [0, 1].map(level => drawn.level(level).total(new Float64Array(60).fill(1)));
  for (let sample = 0; sample <= 20; sample++) expect(counts.map(count => count(sample))).toEqual([60, 60]);
  const { programmings } = grouped;
  const known = {
    ...grouped,
    failures: findFailures(programmings, grouped.levels),
    courses: coursesOf(programmings),
    followed: true,
  };
  const folds = atOnce(foldsOf(keyOf(2), fitInputsOf(known, 'none', 1), clusters));
  for (const level of [0, 1]) {
    const out = folds.map(fold => fold.heldOut[level]!.length);
    expect(out.reduce((a, b) => a + b)).toBe(60);
    expect(folds.map((fold, f) => fold.levels[level]!.count + out[f]!)).toEqual([60, 60, 60, 60, 60]);
  }
});

/** Reads at five times under a shifted power law, with scatter. */
const readTimes = [0, 60, 600, 6000, 60_000];
const scatter = fillNormal(keyOf(5), new Float64Array(500));
const courses = coursesOf(
  Array.from({ length: 100 }, (_, i) => ({
    times: readTimes,
    means: readTimes.map((time, t) => 1e-5 * (1 + time / 30) ** -0.05 * (1 + 0.01 * scatter[5 * i + t]!)),
  })),
);

test('slopes of a sample are the mean of its lines and their spread beyond the scatter', () => {
  const lines = linesOf('power', courses, 60);
  const found = slopesOf(lines, samples.level(1), 40, 100)(2);
  const [slope, residual, leverage] = [lines.slope, lines.residual, lines.leverage].map(of => drawn(of, 2, 1));
  const noise = residual!.reduce((a, b) => a + b) / (3 * residual!.length);
  const { mean, std } = meanStd(slope!);
  expect(found.mean).toBeCloseTo(mean, 12);
  expect(found.std).toBeCloseTo(Math.sqrt(Math.max(0, std ** 2 - noise / leverage![0]!)), 10);
});

test('the start time of a sample leaves the least residual', () => {
  const starts = atOnce(startTimes(courses, samples));
  for (const [sample, start] of starts.entries()) {
    const residualAt = (t0: number): number => {
      const { residual } = linesOf('shifted-power', courses, t0);
      return residual.reduce((sum, value, i) => sum + value * times[sample]![i]!, 0);
    };
    expect(start).toBeGreaterThan(15);
    expect(start).toBeLessThan(60);
    expect(residualAt(start)).toBeLessThan(residualAt(0.8 * start));
    expect(residualAt(start)).toBeLessThan(residualAt(1.25 * start));
  }
});

test('a fit is the same on one thread and on two', () => {
  const targets = [5e-6, 15e-6, 25e-6];
  const data = measure(
    findDevice('pcm-ibm'),
    { targets, devices: 40, cycles: 2, times: [0, 60, 3600, 86400], reads: 1 },
    keyOf(3),
  );
  const on = (threads: number): string => {
    kernels().setThreads(threads);
    return JSON.stringify(fitDevice(data, { bootstraps: 50 }));
  };
  expect(on(2)).toBe(on(1));
});

test('samples that lack a level say nothing of its standard errors', () => {
  const level = (mean: number, count: number) => ({ target: 1e-5, count, mean, std: 1e-6, readVariance: 0 });
  const other = { target: 2e-5, count: 9, mean: 2e-5, std: 1e-6, readVariance: 0 };
  const estimates = [level(1e-5, 9), level(1.1e-5, 9), level(5e-5, 1), level(0.9e-5, 9)].map(own => ({
    levels: [own, other],
    stuckHigh: 0,
    stuckLow: 0,
  }));
  const shape = { high: 2e-5, spreadTerms: [1], meanTerms: [], laterTimes: [], times: [] };
  const found = parametersOf(estimates, shape, undefined).find(({ name }) => name === 'mean at 10 µS')!;
  expect(found.value).toBe(1e-5);
  expect(found.standardError).toBeCloseTo(Math.SQRT2 * 1e-6, 12);
});

test('a sum that is asked for once others were read is refused', () => {
  const sums = samples.level(0);
  const total = sums.total(new Float64Array(40));
  expect(total(0)).toBe(0);
  expect(() => sums.total(new Float64Array(40))).toThrow('internal');
});

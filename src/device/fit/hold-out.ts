import type { Pieces } from '../../base/index.ts';
import { normalDistribution } from '../special.ts';
import type { Programming } from './group.ts';
import { axisOf, isPower, type Law, lineOf } from './laws.ts';
import { areFollowed, levelSeries, type Series } from './series.ts';
import type { StartTimes } from './start-time.ts';
import { meanStd } from './statistics.ts';

/** How well a law, told of the reads up to a tenth of the last time, predicts the last reads. */
export interface HeldOut {
  readonly law: Law;
  /** Mean of (read − prediction) as a share of the conductance and its standard error. */
  readonly error: number;
  readonly standardError: number;
  /** Root mean square error of one cell, of one level where cells are not followed, as a share of the conductance. */
  readonly cellError: number;
  /** Chance of errors of the levels as large as these, if the law holds. */
  readonly pValue: number;
}

/** A mean error below this share of the conductance counts as none. */
export const negligible = 1e-3;

/** What laws are tried on. */
export interface Trial {
  readonly programmings: readonly Programming[];
  /** Working programmings that are not at rest, and samples of them for the errors. */
  readonly all: ArrayLike<number>;
  readonly samples: readonly ArrayLike<number>[];
  readonly levels: number;
  /** Last time of which the law is told, s. */
  readonly until: number;
  /** First read after programming, s: t₁ of the power law in plain t. */
  readonly first: number;
}

/** Holds the last decade out; null where fewer than three cells can be predicted. `starts` is for the shifted law. */
export function* holdOut(law: Law, trial: Trial, starts: StartTimes): Pieces<HeldOut | null> {
  const { programmings, all, samples, until, first } = trial;
  const scale = lastMeans(trial);
  const startOf = (sample: ArrayLike<number>): number => (law === 'shifted-power' ? starts.best(sample) : first);
  const errorsOf = (series: readonly Series[], start: number): Float64Array =>
    Float64Array.from(series, one => errorOf(law, one, start, until, scale[one.level]!));
  let summaryOf: (sample: ArrayLike<number>) => Summary;
  if (areFollowed(programmings)) {
    const made = new Map<number, Float64Array>();
    const levels = Int32Array.from(programmings, ({ level }) => level);
    summaryOf = sample => {
      const start = startOf(sample);
      const own = made.get(start) ?? errorsOf(programmings, start);
      made.set(start, own);
      return summary(trial.levels, sample, levels, own);
    };
  } else {
    summaryOf = sample => {
      const series = levelSeries(programmings, sample);
      const own = errorsOf(series, first);
      const levels = Int32Array.from(series, ({ level }) => level);
      return summary(trial.levels, Array.from(own.keys()), levels, own);
    };
  }
  const whole = summaryOf(all);
  if (whole.count < (areFollowed(programmings) ? 3 : 1)) return null;
  const resampled: Summary[] = [];
  for (const sample of samples) {
    resampled.push(summaryOf(sample));
    yield;
  }
  return {
    law,
    error: whole.mean,
    standardError: meanStd(resampled.map(({ mean }) => mean)).std,
    cellError: Math.sqrt(whole.square),
    pValue: chanceOf(whole, resampled, cellsOf(trial)),
  };
}

/** Mean last read of each level, S. */
function lastMeans({ programmings, all, levels, until }: Trial): Float64Array {
  const means = new Float64Array(levels);
  for (const { level, times, means: own } of levelSeries(programmings, all)) {
    if (times.at(-1)! > until) means[level] = own.at(-1)!;
  }
  return means;
}

/** Programmings of each level, [levels]. */
function cellsOf({ programmings, all, levels }: Trial): Float64Array {
  const cells = new Float64Array(levels);
  for (let k = 0; k < all.length; k++) cells[programmings[all[k]!]!.level]!++;
  return cells;
}

/** Error of a law at the last read of a series as a share of the conductance; NaN where it predicts none. */
function errorOf(law: Law, { times, means }: Series, start: number, until: number, scale: number): number {
  const last = times.length - 1;
  if (!(times[last]! > until && scale > 0)) return Number.NaN;
  const read = means[last]!;
  if (law === 'none' || law === 'standstill') {
    const known = times.filter(time => time <= until).length;
    return known > 0 ? (read - means[known - 1]!) / scale : Number.NaN;
  }
  const line = lineOf(law, { times, means }, start, until);
  if (!line) return Number.NaN;
  const predicted = line.start + line.slope * axisOf(law, times[last]!, start)!;
  if (!isPower(law)) return (read - predicted) / scale;
  return read > 0 ? Math.log(read) - predicted : Number.NaN;
}

interface Summary {
  /** Mean error of each level, NaN where it has none; [levels]. */
  readonly levels: readonly number[];
  readonly mean: number;
  readonly square: number;
  readonly count: number;
}

/** Of the errors `of`, each of a level of its own. */
function summary(levels: number, of: ArrayLike<number>, levelOf: Int32Array, errors: Float64Array): Summary {
  const sum = new Float64Array(levels);
  const seen = new Float64Array(levels);
  let total = 0;
  let square = 0;
  let count = 0;
  for (let k = 0; k < of.length; k++) {
    const level = levelOf[of[k]!]!;
    const error = errors[of[k]!]!;
    if (Number.isNaN(error)) continue;
    sum[level]! += error;
    seen[level]!++;
    total += error;
    square += error * error;
    count++;
  }
  return {
    levels: Array.from(sum, (value, level) => value / seen[level]!),
    mean: total / count,
    square: square / count,
    count,
  };
}

/**
 * Chance of Σ (error/standard error)² over the levels, which may be correlated: a χ² scaled to the mean and the variance
 * that the sum has over the samples, wider for few cells as Student's t is. `cells`: programmings of each level; one alone has
 * no standard error and is left out.
 */
function chanceOf(whole: Summary, samples: readonly Summary[], cells: Float64Array): number {
  const spread = whole.levels.map((_, level) => {
    const found = samples.flatMap(({ levels }) => (Number.isNaN(levels[level]!) ? [] : levels[level]!));
    return Math.max(meanStd(found).std, 1e-9);
  });
  const distance = (error: (level: number) => number): number =>
    spread.reduce((sum, std, level) => {
      const z = error(level) / std;
      return Number.isNaN(z) || cells[level] === 1 ? sum : sum + z * z;
    }, 0);
  const several = cells.filter(count => count > 1);
  const perLevel = several.reduce((sum, count) => sum + count, 0) / several.length;
  const wider = perLevel > 4 ? perLevel / (perLevel - 3) : 4;
  const { mean, std } = meanStd(
    samples.map(({ levels }) => wider * distance(level => levels[level]! - whole.levels[level]!)),
  );
  const found = distance(level => Math.max(0, Math.abs(whole.levels[level]!) - negligible));
  if (found === 0) return 1;
  if (!(mean > 0 && std > 0)) return 0;
  const freedom = 2 * (mean / std) ** 2;
  // Wilson and Hilferty 1931.
  const z = ((found / mean) ** (1 / 3) - 1 + 2 / (9 * freedom)) / Math.sqrt(2 / (9 * freedom));
  return normalDistribution(-z);
}

import type { Pieces } from '../../base/index.ts';
import { normalDistribution } from '../special.ts';
import { type Courses, coursesOf } from './courses.ts';
import { axisOf, isAgeing, isPower, type Law, linesOf } from './laws.ts';
import { type LevelReads, levelCourse } from './reads.ts';
import type { Moments, Samples } from './samples.ts';
import { byStart } from './start-time.ts';
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
  /** Of working programmings that are not at rest. */
  readonly courses: Courses;
  /** Some cells were read at more than one time. */
  readonly followed: boolean;
  /** Sample 0 is all of them. */
  readonly samples: Samples;
  readonly reads: LevelReads;
  /** Last time of which the law is told, s. */
  readonly until: number;
}

/** Holds the last decade out; null where fewer than three cells can be predicted. `starts` are t₁ or t₀ of each sample, s. */
export function* holdOut(law: Law, trial: Trial, starts: readonly number[]): Pieces<HeldOut | null> {
  const { samples, followed } = trial;
  const found = new Array<Summary>(samples.count);
  const of = followed ? followedSummaries : levelSummaries;
  for (const [start, own] of byStart(starts)) {
    const summaries = yield* of(law, trial, start, own);
    own.forEach((sample, k) => {
      found[sample] = summaries[k]!;
    });
  }
  const [whole, ...resampled] = found as [Summary, ...Summary[]];
  if (whole.count < (followed ? 3 : 1)) return null;
  return {
    law,
    error: whole.mean,
    standardError: meanStd(resampled.map(({ mean }) => mean)).std,
    cellError: Math.sqrt(whole.square),
    pValue: chanceOf(whole, resampled, cellsOf(trial)),
  };
}

/** Mean last read of a level, S, where it was held out. */
function lastMean({ reads, until }: Trial, level: number): number {
  const course = levelCourse(reads[level]!, 0);
  return course && course.times.at(-1)! > until ? course.means.at(-1)! : 0;
}

/** Programmings of each level, [levels]. */
const cellsOf = ({ courses, samples: { first } }: Trial): number[] =>
  Array.from(
    first.subarray(1),
    (to, level) => courses.schedule.subarray(first[level]!, to).filter(schedule => schedule >= 0).length,
  );

/** Errors of a law at the last read of courses as shares of the conductance; NaN where it predicts none. */
function errorsOf(
  law: Law,
  courses: Courses,
  start: number,
  until: number,
  scaleOf: (course: number) => number,
): Float64Array {
  const { schedules, schedule, first, value, log } = courses;
  const known = schedules.map(times => times.filter(time => time <= until).length);
  const ageing = isAgeing(law);
  const lines = ageing ? linesOf(law, courses, start, until) : null;
  const last = schedules.map(times => (ageing ? axisOf(law, times.at(-1)!, start) : 0));
  return Float64Array.from(schedule, (own, i) => {
    const scale = scaleOf(i);
    if (own < 0 || known[own] === schedules[own]!.length || !(scale > 0)) return Number.NaN;
    const end = first[i + 1]! - 1;
    if (!lines) return known[own]! > 0 ? (value[end]! - value[first[i]! + known[own]! - 1]!) / scale : Number.NaN;
    const predicted = lines.start[i]! + lines.slope[i]! * last[own]!;
    return isPower(law) ? log[end]! - predicted : (value[end]! - predicted) / scale;
  });
}

interface Summary {
  /** Mean error of each level, NaN where it has none; [levels]. */
  readonly levels: readonly number[];
  readonly mean: number;
  readonly square: number;
  readonly count: number;
}

/** Of some samples of cells that are followed: each has an error of its own. */
function* followedSummaries(law: Law, trial: Trial, start: number, own: readonly number[]): Pieces<Summary[]> {
  const { courses, until } = trial;
  const samples = trial.samples.only(own);
  const { first } = samples;
  const scales = new Float64Array(courses.schedule.length);
  for (let level = 0; level + 1 < first.length; level++) {
    scales.fill(lastMean(trial, level), first[level], first[level + 1]);
  }
  const errors = errorsOf(law, courses, start, until, i => scales[i]!);
  const parts: ((sample: number) => Moments)[] = [];
  for (let level = 0; level + 1 < first.length; level++) {
    parts.push(samples.level(level).moments(errors.subarray(first[level], first[level + 1])));
  }
  yield;
  return own.map((_, sample) => summary(parts.map(part => part(sample))));
}

/** Of some samples of cells that are not followed: levels have errors. */
function* levelSummaries(law: Law, trial: Trial, start: number, own: readonly number[]): Pieces<Summary[]> {
  const found: Summary[] = [];
  for (const sample of own) {
    const courses = coursesOf(trial.reads.map(reads => levelCourse(reads, sample)));
    const errors = errorsOf(law, courses, start, trial.until, level => lastMean(trial, level));
    found.push(summary(Array.from(errors, mean => ({ count: Number.isNaN(mean) ? 0 : 1, mean, std: 0 }))));
    yield;
  }
  return found;
}

function summary(levels: readonly Moments[]): Summary {
  let [total, square, count] = [0, 0, 0];
  for (const own of levels) {
    if (own.count === 0) continue;
    total += own.count * own.mean;
    square += own.count * own.mean ** 2 + (own.count - 1) * own.std ** 2;
    count += own.count;
  }
  return {
    levels: levels.map(own => (own.count > 0 ? own.mean : Number.NaN)),
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
function chanceOf(whole: Summary, samples: readonly Summary[], cells: readonly number[]): number {
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

import type { Pieces } from '../../base/index.ts';
import { meanPower } from '../moments.ts';
import { coursesOf } from './courses.ts';
import type { Trial } from './hold-out.ts';
import { type AgeingLaw, axisOf, isAgeing, isPower, type Law, linesOf } from './laws.ts';
import { type Slopes, slopesOf } from './lines.ts';
import { levelCourse } from './reads.ts';
import { byStart } from './start-time.ts';

/** What is continued: every sample of the cells. */
export type Continued = Omit<Trial, 'until'>;

/**
 * Mean conductance of each level at `times` beyond its last read, S, as a law continues every sample,
 * [samples][levels][times]; nothing for levels that a sample lacks. `starts` are t₁ or t₀ of each sample, s.
 */
export function* continuation(
  law: Law,
  given: Continued,
  starts: readonly number[],
  times: readonly number[],
): Pieces<readonly (readonly (readonly number[])[])[]> {
  const found = starts.map(() => given.reads.map((): readonly number[] => []));
  for (const [start, own] of byStart(starts)) {
    const slopes = isAgeing(law) ? slopesOfLevels(law, given, start, own) : null;
    own.forEach((sample, k) => {
      given.reads.forEach((reads, level) => {
        const { mean: value = 0, count = 0 } = reads.at(-1)?.moments(sample) ?? {};
        if (count === 0) return;
        const slope = slopes?.(level, k);
        found[sample]![level] =
          isAgeing(law) && slope && slope.count > 0
            ? along(law, value, slope, start, reads.at(-1)!.time, times)
            : times.map(() => value);
      });
    });
    yield;
  }
  return found;
}

/** A mean conductance from one time on to others. */
function along(
  law: AgeingLaw,
  value: number,
  { mean, std }: Slopes,
  start: number,
  last: number,
  times: readonly number[],
): number[] {
  const from = axisOf(law, last, start);
  if (!isPower(law)) return times.map(time => Math.max(0, value + mean * (axisOf(law, time, start) - from)));
  const known = value / meanPower(from, -mean, std);
  return times.map(time => known * meanPower(axisOf(law, time, start), -mean, std));
}

/** Slopes of a law by level and number among some samples. */
function slopesOfLevels(
  law: AgeingLaw,
  { courses, followed, samples, reads }: Continued,
  start: number,
  own: readonly number[],
): (level: number, k: number) => Slopes {
  if (followed) {
    const some = samples.only(own);
    const lines = linesOf(law, courses, start);
    const parts = reads.map((_, level) =>
      slopesOf(lines, some.level(level), samples.first[level]!, samples.first[level + 1]!),
    );
    return (level, k) => parts[level]!(k);
  }
  const all = own.map(sample => linesOf(law, coursesOf(reads.map(level => levelCourse(level, sample))), start).slope);
  return (level, k) => {
    const mean = all[k]![level]!;
    return { count: Number.isNaN(mean) ? 0 : 1, mean, raw: 0, std: 0, residual: 0, freedom: 0 };
  };
}

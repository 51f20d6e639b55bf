/** Reads over time of one programming, or of a level whose cells are not followed: distinct times, ascending, s, and the mean reading at each, S. */
export interface Course {
  readonly times: readonly number[];
  readonly means: readonly number[];
}

/** Courses of reads, struct of arrays; those read at the same times share a schedule. */
export interface Courses {
  /** Times of each schedule, ascending, s. */
  readonly schedules: readonly (readonly number[])[];
  /** Schedule of each course; −1 for one that is left out. */
  readonly schedule: Int32Array;
  /** First read of each course, and their end; [courses + 1]. */
  readonly first: Int32Array;
  /** Readings, S, and their logarithms, NaN where they are not above 0; [reads]. */
  readonly value: Float64Array;
  readonly log: Float64Array;
}

/** Courses one after the other; null for those that are left out. */
export function coursesOf(given: readonly (Course | null)[]): Courses {
  const schedules: (readonly number[])[] = [];
  const known = new Map<string, number>();
  const schedule = new Int32Array(given.length).fill(-1);
  const first = new Int32Array(given.length + 1);
  given.forEach((course, i) => {
    first[i + 1] = first[i]! + (course?.times.length ?? 0);
    if (!course) return;
    const name = course.times.join(' ');
    const found = known.get(name) ?? schedules.push(course.times) - 1;
    known.set(name, found);
    schedule[i] = found;
  });
  const value = new Float64Array(first.at(-1)!);
  given.forEach((course, i) => {
    if (course) value.set(course.means, first[i]!);
  });
  return { schedules, schedule, first, value, log: value.map(g => (g > 0 ? Math.log(g) : Number.NaN)) };
}

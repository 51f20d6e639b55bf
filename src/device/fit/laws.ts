import type { Courses } from './courses.ts';
import { type Lines, lay, noLines, type Ruler, rulerOf } from './lines.ts';

/** How conductances change with time, as the fit can tell. */
export const laws = ['none', 'power', 'shifted-power', 'logarithmic', 'standstill'] as const;

export type Law = (typeof laws)[number];

/** Laws that go on changing beyond the last read: each a straight line in its own scales. */
export type AgeingLaw = 'power' | 'shifted-power' | 'logarithmic';

/** In words, for notes and errors. */
export const lawNames: Readonly<Record<Law, string>> = {
  none: 'no change',
  power: 'a power law in plain t, (t/t₁)^−ν',
  'shifted-power': 'a power law in shifted t, ((t + t₀)/t₀)^−ν',
  logarithmic: 'a shift in proportion to ln t',
  standstill: 'standing still after the last read',
};

/** Whether the line is one of ln G; of G otherwise. */
export const isPower = (law: Law): law is 'power' | 'shifted-power' => law === 'power' || law === 'shifted-power';

/** Whether the law is a line at all. */
export const isAgeing = (law: Law): law is AgeingLaw => isPower(law) || law === 'logarithmic';

/** The scale of time in which a law is a line; `start` is t₁ or t₀, s. NaN where the law says nothing of that time. */
export function axisOf(law: AgeingLaw, time: number, start: number): number {
  if (law === 'shifted-power') return Math.log1p(time / start);
  if (law === 'power') return Math.log(Math.max(time, start) / start);
  return time > 0 ? Math.log(time) : Number.NaN;
}

/** What a law's lines through the reads of one schedule share, and how many of its first times they leave out. */
interface Laid {
  readonly skipped: number;
  readonly ruler: Ruler | null;
}

/** Of each schedule up to a time, s; without a ruler where there are too few times for a line. */
export function rulersOf(law: AgeingLaw, { schedules }: Courses, start: number, until: number): Laid[] {
  return schedules.map(times => {
    const axis = times.filter(time => time <= until).map(time => axisOf(law, time, start));
    const skipped = axis.filter(Number.isNaN).length;
    return { skipped, ruler: rulerOf(axis.slice(skipped)) };
  });
}

/**
 * The lines of a law through courses of reads up to a time, [courses]; none where there are too few, or a conductance of 0
 * has no logarithm.
 */
export function linesOf(law: AgeingLaw, courses: Courses, start: number, until = Number.POSITIVE_INFINITY): Lines {
  const { schedule, first } = courses;
  const rulers = rulersOf(law, courses, start, until);
  const lines = noLines(schedule.length);
  const y = isPower(law) ? courses.log : courses.value;
  for (let i = 0; i < schedule.length; i++) {
    if (schedule[i]! < 0) continue;
    const { skipped, ruler } = rulers[schedule[i]!]!;
    if (ruler) lay(lines, i, ruler, y, first[i]! + skipped);
  }
  return lines;
}

import { formatDuration, insist, type Pieces } from '../../base/index.ts';
import { type Course, coursesOf } from './courses.ts';
import { type HeldOut, holdOut, type Trial } from './hold-out.ts';
import { type AgeingLaw, type Law, linesOf } from './laws.ts';
import { type Lines, type Slopes, slopesOf } from './lines.ts';
import { levelCourse } from './reads.ts';
import { LevelSums } from './samples.ts';
import { startTimes } from './start-time.ts';

/** Laws that would predict the last decade as badly as they do with so small a chance do not fit. */
const smallestChance = 0.01;

/** What was found about how conductances change with time. */
export interface Ageing {
  readonly law: Law;
  /** Laws that fit, the chosen one first: their disagreement is the band beyond the last read. */
  readonly fitting: readonly Law[];
  /** Errors on the last decade of every law that could be tried; empty where nothing could be held out. */
  readonly heldOut: readonly HeldOut[];
  /** First read after programming, s. */
  readonly firstRead: number;
  /** Last read, s: of the level that was read for the shortest time. */
  readonly lastRead: number;
  /** Why this law: the end of a sentence. */
  readonly reason: string;
}

/**
 * Chooses the law of ageing. Nothing, where slopes over ln t are what their residuals alone give. Otherwise every law is
 * told of the reads up to a tenth of the last time and has to predict the last read of every cell: among those whose mean
 * errors are within what samples of the cells give, the one with the smallest error of a cell, the simpler of two that are
 * alike. Standing still is chosen only where no law that goes on changing fits.
 */
export function* ageingOf(trial: Omit<Trial, 'until'>, asked?: Law): Pieces<Ageing> {
  const { courses, followed, samples, reads } = trial;
  const levels = reads.flatMap(own => levelCourse(own, 0) ?? []);
  const times = Array.from(new Set(levels.flatMap(level => level.times))).sort((a, b) => a - b);
  const firstRead = times.find(time => time > 0) ?? Number.POSITIVE_INFINITY;
  const latest = times.at(-1)!;
  const lastRead = levels
    .map(level => level.times.at(-1)!)
    .reduce((least, last) => (last > 0 ? Math.min(least, last) : least), latest);
  const record = (law: Law, fitting: readonly Law[], heldOut: readonly HeldOut[], reason: string): Ageing => ({
    law,
    fitting: [law, ...fitting.filter(other => other !== law)],
    heldOut,
    firstRead,
    lastRead,
    reason,
  });
  if (times.length < 2) return record('none', [], [], 'all reads are at one time');
  const until = latest / 10;
  const series = followed ? courses : coursesOf(levels);
  const able = (law: AgeingLaw): boolean => linesOf(law, series, firstRead).slope.some(slope => !Number.isNaN(slope));
  yield;
  const lines = linesOf('power', courses, firstRead);
  const plausible = followed ? lawsFor(lines, times.length) : levelLaws(levels);
  const tried: readonly Law[] = [...plausible.filter(able), 'standstill'];
  const first = new Array<number>(samples.count).fill(firstRead);
  const shifted = tried.includes('shifted-power') ? yield* startTimes(courses, samples, until) : first;
  const heldOut: HeldOut[] = [];
  for (const law of tried) {
    const found = yield* holdOut(law, { ...trial, until }, law === 'shifted-power' ? shifted : first);
    if (found) heldOut.push(found);
  }
  const told = heldOut.length > 1;
  const fitting = told ? heldOut.filter(({ pValue }) => pValue >= smallestChance).map(({ law }) => law) : tried;
  if (asked !== undefined) {
    insist(asked === 'none' || asked === 'standstill' || (able(asked) && (asked !== 'shifted-power' || followed)), {
      path: ['ageing'],
      rule: 'cannot be fitted: needs reads at two times after programming, for a power law of conductances above 0, for a shifted one of cells by name',
      value: asked,
      hint: 'leave it out or choose standstill',
    });
    return record(asked, fitting, heldOut, 'it was asked for');
  }
  if (!changes(lines)) {
    return record('none', fitting, heldOut, 'slopes over ln t are what the scatter of the reads alone gives');
  }
  const ageing = fitting.filter(law => law !== 'standstill');
  if (!told) {
    return record(
      ageing[0] ?? 'standstill',
      fitting,
      heldOut,
      'reads do not suffice to hold a decade out and tell laws apart',
    );
  }
  const best = (of: readonly Law[]): Law => {
    const errorOf = (law: Law): number => heldOut.find(found => found.law === law)!.cellError;
    const least = Math.min(...of.map(errorOf));
    return of.find(law => errorOf(law) <= 1.02 * least + 1e-4)!;
  };
  if (ageing.length > 0) {
    return record(
      best(ageing),
      fitting,
      heldOut,
      `told of the reads up to ${formatDuration(until)}, it predicts the last ones best`,
    );
  }
  if (fitting.includes('standstill')) {
    return record(
      'standstill',
      fitting,
      heldOut,
      'of the laws only this one predicts the last decade within its error',
    );
  }
  const known = heldOut.map(({ law }) => law);
  return record(
    best(known),
    known,
    heldOut,
    'no law predicts the last decade within its error and this one is off least',
  );
}

/** Ageing laws that levels of cells that are not followed can hold, the simplest first; power laws only where they fall. */
const levelLaws = (levels: readonly Course[]): AgeingLaw[] =>
  levels.every(({ means }) => means.at(-1)! < means[0]!) ? ['power', 'logarithmic'] : ['logarithmic'];

/** The same for cells that are followed, from their lines over ln t and the number of times. */
function lawsFor(lines: Lines, times: number): AgeingLaw[] {
  const { count, mean, raw, std } = together(lines);
  // A law with |ν| would fold the exponents where cells rise as well as fall.
  const falls = -mean > std && -mean > (5 * raw) / Math.sqrt(count);
  if (!falls) return ['logarithmic'];
  return times >= 3 ? ['power', 'shifted-power', 'logarithmic'] : ['power', 'logarithmic'];
}

/** Whether slopes over the logarithm of time are more than what their residuals alone would give, each or on average. */
function changes(lines: Lines): boolean {
  const slope = lines.slope.map((value, i) => (lines.freedom[i]! > 0 ? value : Number.NaN));
  const { count, mean, raw, residual, freedom } = together({ ...lines, slope });
  if (count < 8) return true;
  if (Math.abs(mean) > (4 * raw) / Math.sqrt(count)) return true;
  const square = slope.reduce(
    (sum, value, i) => (Number.isNaN(value) ? sum : sum + value * value * lines.leverage[i]!),
    0,
  );
  return square / count > (residual / freedom) * (1 + 8 * Math.sqrt(2 / count));
}

/** Slopes of lines of all levels together. */
function together(lines: Lines): Slopes {
  const count = lines.slope.length;
  return slopesOf(lines, new LevelSums(new Float64Array(count).fill(1), 1), 0, count)(0);
}

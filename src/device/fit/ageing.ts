import { formatDuration, insist, type Pieces } from '../../base/index.ts';
import type { Programming } from './group.ts';
import { type HeldOut, holdOut, type Trial } from './hold-out.ts';
import { type AgeingLaw, type Law, lineOf } from './laws.ts';
import { slopesOf } from './lines.ts';
import { areFollowed, levelSeries } from './series.ts';
import { StartTimes } from './start-time.ts';
import { meanStd } from './statistics.ts';

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
export function* ageingOf(trial: Omit<Trial, 'until' | 'first'>, asked?: Law): Pieces<Ageing> {
  const { programmings, all } = trial;
  const working = Array.from(all, i => programmings[i]!);
  const times = new Set(working.flatMap(p => p.times));
  let firstRead = Number.POSITIVE_INFINITY;
  let latest = 0;
  for (const time of times) {
    if (time > 0) firstRead = Math.min(firstRead, time);
    latest = Math.max(latest, time);
  }
  const lastRead = levelSeries(programmings, all)
    .map(({ times: own }) => own.at(-1)!)
    .reduce((least, last) => (last > 0 ? Math.min(least, last) : least), latest);
  const record = (law: Law, fitting: readonly Law[], heldOut: readonly HeldOut[], reason: string): Ageing => ({
    law,
    fitting: [law, ...fitting.filter(other => other !== law)],
    heldOut,
    firstRead,
    lastRead,
    reason,
  });
  if (times.size < 2) return record('none', [], [], 'all reads are at one time');
  const until = latest / 10;
  const followed = areFollowed(working);
  const series = followed ? working : levelSeries(programmings, all);
  const able = (law: AgeingLaw): boolean => series.some(one => lineOf(law, one, firstRead) !== null);
  yield;
  const tried: readonly Law[] = [...lawsFor(trial, firstRead).filter(able), 'standstill'];
  yield;
  const starts = new StartTimes(programmings, until);
  yield;
  const heldOut: HeldOut[] = [];
  for (const law of tried) {
    const found = yield* holdOut(law, { ...trial, until, first: firstRead }, starts);
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
  if (!changes(working, firstRead)) {
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

/** Ageing laws that the reads can hold, the simplest first; power laws only where conductances fall. */
function lawsFor({ programmings, all }: Omit<Trial, 'until' | 'first'>, firstRead: number): AgeingLaw[] {
  const working = Array.from(all, i => programmings[i]!);
  if (!areFollowed(working)) {
    const falls = levelSeries(programmings, all).every(({ means }) => means.at(-1)! < means[0]!);
    return falls ? ['power', 'logarithmic'] : ['logarithmic'];
  }
  const lines = working.flatMap(p => lineOf('power', p, firstRead) ?? []);
  const { mean, std } = slopesOf(lines);
  const raw = meanStd(lines.map(({ slope }) => slope));
  // A law with |ν| would fold the exponents where cells rise as well as fall.
  const falls = -mean > std && -raw.mean > (5 * raw.std) / Math.sqrt(lines.length);
  if (!falls) return ['logarithmic'];
  const enough = new Set(working.flatMap(p => p.times)).size >= 3;
  return enough ? ['power', 'shifted-power', 'logarithmic'] : ['power', 'logarithmic'];
}

/** Whether slopes over the logarithm of time are more than what their residuals alone would give, each or on average. */
function changes(working: readonly Programming[], firstRead: number): boolean {
  const lines = working.flatMap(p => {
    const line = lineOf('power', p, firstRead);
    return line && line.freedom > 0 ? line : [];
  });
  if (lines.length < 8) return true;
  const freedom = lines.reduce((sum, line) => sum + line.freedom, 0);
  const residual = lines.reduce((sum, line) => sum + line.residual, 0) / freedom;
  const slopes = lines.reduce((sum, line) => sum + line.slope ** 2 * line.leverage, 0) / lines.length;
  const { mean, std } = meanStd(lines.map(({ slope }) => slope));
  const together = Math.abs(mean) > (4 * std) / Math.sqrt(lines.length);
  return together || slopes > residual * (1 + 8 * Math.sqrt(2 / lines.length));
}

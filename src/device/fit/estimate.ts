import type { Pieces } from '../../base/index.ts';
import { type Courses, coursesOf } from './courses.ts';
import type { Failures } from './failures.ts';
import type { Grouped } from './group.ts';
import { isAgeing, isPower, type Law, linesOf } from './laws.ts';
import { type Lines, noLines, type Slopes, slopesOf } from './lines.ts';
import { type LevelReads, levelCourse, type TimeReads } from './reads.ts';
import { relaxations } from './relaxation.ts';
import type { LevelSums, Moments, Samples } from './samples.ts';
import { splitSpread } from './spread-parts.ts';
import { censoredMeanStd } from './statistics.ts';

/** Estimates of one level; conductances in S. */
export interface LevelEstimate {
  readonly target: number;
  readonly count: number;
  /** Just after programming, read noise taken off the spread. */
  readonly mean: number;
  readonly std: number;
  /** Parts of the spread where they could be told apart. */
  readonly deviceStd?: number;
  readonly cycleStd?: number;
  readonly exponentMean?: number;
  readonly exponentStd?: number;
  /** Shift and extra spread at each later time; NaN where the level was not read then. */
  readonly relaxationMean?: readonly number[];
  readonly relaxationStd?: readonly number[];
  /** Mean and spread of the change of conductance with ln t, S, by which a logarithmic law goes on. */
  readonly slopeMean?: number;
  readonly slopeStd?: number;
  /** Spread of one read as a share of the conductance at each time of `FitInputs.times`, or at all of them alike. */
  readonly readRelative?: readonly number[];
  /** Variance that read noise adds to the programmed values, S²; taken off `std`. */
  readonly readVariance: number;
}

/** Whether a level has a spread, so that curves go by it. */
export const inCurves = ({ target, count }: LevelEstimate): boolean => target > 0 && count > 1;

export interface Estimate {
  readonly levels: readonly LevelEstimate[];
  readonly stuckHigh: number;
  readonly stuckLow: number;
}

/** What does not change between samples of the bootstrap. */
export interface FitInputs extends Known {
  readonly law: Law;
  /** t₁ or t₀ of a power law, s. */
  readonly startTime: number;
  /** All read times, ascending, s. */
  readonly times: readonly number[];
  /** Times at which relaxation is estimated, s: those after 0. */
  readonly laterTimes: readonly number[];
  /** The law's line through each programming; none where it could not be fitted or the law has none. */
  readonly lines: Lines;
  /** Conductance just after programming, [programmings]; NaN where a cell that is not followed was read later only. */
  readonly programmed: Float64Array;
}

/** What is known before a law is chosen. */
export interface Known extends Grouped {
  readonly failures: Failures;
  /** Of programmings that work and are not at rest. */
  readonly courses: Courses;
  /** Some cells were read at more than one time. */
  readonly followed: boolean;
}

/** The law's lines through all programmings, and their programmed conductances. */
export function fitInputsOf(known: Known, law: Law, startTime: number): FitInputs {
  const { programmings, courses } = known;
  const times = Array.from(new Set(programmings.flatMap(p => p.times))).sort((a, b) => a - b);
  const lines = isAgeing(law) ? linesOf(law, courses, startTime) : noLines(programmings.length);
  const laterTimes = times.filter(time => time > 0);
  const programmed = Float64Array.from(programmings, (p, i) => {
    if (p.times[0] === 0) return p.means[0]!;
    if (isPower(law) && !Number.isNaN(lines.slope[i]!)) return Math.exp(lines.start[i]!);
    return p.times[0] === times[0] ? p.means[0]! : Number.NaN;
  });
  return { ...known, law, startTime, times, laterTimes, lines, programmed };
}

/**
 * Estimates of every sample; cells that failed count as failures only. `reads` are of the samples that `among` numbers, all
 * of them where absent.
 */
export function* estimates(
  inputs: FitInputs,
  samples: Samples,
  reads: LevelReads,
  among: readonly number[] = Array.from({ length: samples.count }, (_, sample) => sample),
): Pieces<Estimate[]> {
  const { levels, failures, first } = inputs;
  const found = among.map(() => ({ levels: [] as LevelEstimate[], high: 0, low: 0, seenHigh: 0, seenLow: 0 }));
  for (const [level, target] of levels.entries()) {
    const [from, to] = [first[level]!, first[level + 1]!];
    const sums = samples.level(level);
    const fault = failures.fault.subarray(from, to);
    const [highVisible, lowVisible] = [failures.highVisible, failures.lowVisible].map(visible =>
      Float64Array.from(visible.subarray(from, to)),
    ) as [Float64Array, Float64Array];
    const seenHigh = sums.total(highVisible);
    const seenLow = sums.total(lowVisible);
    const high = sums.total(highVisible.map((visible, i) => (fault[i]! > 0 ? visible : 0)));
    const low = sums.total(lowVisible.map((visible, i) => (fault[i]! < 0 ? visible : 0)));
    const estimate = levelEstimate(inputs, level, target, sums, reads[level]!);
    found.forEach((own, k) => {
      own.levels.push(estimate(k, among[k]!));
      own.high += high(k);
      own.low += low(k);
      own.seenHigh += seenHigh(k);
      own.seenLow += seenLow(k);
    });
    yield;
  }
  return found.map(({ levels: own, high, low, seenHigh, seenLow }) => ({
    levels: own,
    stuckHigh: seenHigh > 0 ? high / seenHigh : 0,
    stuckLow: seenLow > 0 ? low / seenLow : 0,
  }));
}

/** An estimate of a level from number k of the sums and from the reads of sample `of`. */
type Estimator<T> = (k: number, of: number) => T;

function levelEstimate(
  inputs: FitInputs,
  level: number,
  target: number,
  sums: LevelSums,
  reads: readonly TimeReads[],
): Estimator<LevelEstimate> {
  const { programmings, law, failures, first, lines } = inputs;
  const [from, to] = [first[level]!, first[level + 1]!];
  const values = inputs.programmed.slice(from, to);
  for (let i = from; i < to; i++) if (failures.fault[i] !== 0) values[i - from] = Number.NaN;
  const above = sums.moments(values.map(value => (value > 0 ? value : Number.NaN)));
  const cut = sums.total(values.map(value => Number(value <= 0)));
  const parts = splitSpread(
    programmings.slice(from, to).map(({ device }) => device),
    values,
    sums,
  );
  const slopes = slopesOf(lines, sums, from, to);
  const spread = readSpread(inputs, reads, slopes);
  const worked = programmings.slice(from, to).find((_, i) => failures.fault[from + i] === 0);
  const counts = worked?.counts[0] ?? 1;
  const relaxed =
    law === 'logarithmic' || law === 'standstill' ? relaxations(inputs, level, sums, reads, slopes) : null;
  return (k, of) => {
    const { relative: readRelative, variance } = spread(k, of);
    const readVariance = variance(0) / counts;
    const without = (std: number): number => Math.sqrt(Math.max(0, std * std - readVariance));
    const own = above(k);
    const zeros = cut(k);
    const { mean, std } = censoredMeanStd(zeros, own);
    const split = parts(k);
    return {
      target,
      count: own.count + zeros,
      mean,
      std: without(std),
      ...(split && { deviceStd: split.device, cycleStd: without(split.cycle) }),
      ...(isPower(law) && target > 0 && exponents(inputs, reads, slopes(k), of)),
      ...(relaxed && target > 0 && relaxed(k, of, time => variance(time) / counts)),
      ...(readRelative !== undefined && { readRelative }),
      readVariance,
    };
  };
}

interface ReadSpread {
  readonly relative?: readonly number[];
  /** Variance of one read at a time of `FitInputs.times`, S². */
  readonly variance: (at: number) => number;
}

/** From repeated reads at each time; failing that, one share for all times from what a power law leaves. */
function readSpread(
  { times, law }: FitInputs,
  reads: readonly TimeReads[],
  slopes: (k: number) => Slopes,
): Estimator<ReadSpread> {
  const at = times.map(time => reads.find(own => own.time === time));
  return (k, of) => {
    const freedom = at.map(own => own?.freedom(of) ?? 0);
    const square = at.map(own => (own ? meanSquare(own.moments(of)) : 0));
    const left = isPower(law) ? slopes(k) : { residual: 0, freedom: 0 };
    const repeated = freedom.some(value => value > 0);
    const share = !repeated && left.freedom > 0 ? left.residual / left.freedom : 0;
    const variance = (t: number): number => (freedom[t]! > 0 ? at[t]!.within(of) / freedom[t]! : share * square[t]!);
    if (!repeated && left.freedom === 0) return { variance };
    return { relative: square.map((value, t) => (value > 0 ? Math.sqrt(variance(t) / value) : 0)), variance };
  };
}

const meanSquare = ({ count, mean, std }: Moments): number =>
  count > 0 ? mean * mean + (std * std * (count - 1)) / count : 0;

function exponents(
  { followed, startTime }: FitInputs,
  reads: readonly TimeReads[],
  { count, mean, std }: Slopes,
  sample: number,
): Partial<LevelEstimate> | false {
  if (!followed) return levelExponent(reads, startTime, sample);
  return count > 2 && { exponentMean: -mean, exponentStd: std };
}

/** Exponent of a level whose cells are not followed: from its mean, and its spread from how the relative spread grows. */
function levelExponent(reads: readonly TimeReads[], startTime: number, sample: number): Partial<LevelEstimate> | false {
  const slope = linesOf('power', coursesOf([levelCourse(reads, sample)]), startTime).slope[0]!;
  if (Number.isNaN(slope)) return false;
  const known = reads.filter(({ moments }) => moments(sample).count > 0);
  const variance = ({ moments }: TimeReads): number => (moments(sample).std / moments(sample).mean) ** 2;
  const [first, last] = [known[0]!, known.at(-1)!];
  const grown = Math.sqrt(Math.max(0, variance(last) - variance(first))) / Math.log(last.time / startTime);
  return { exponentMean: -slope, exponentStd: grown };
}

import { type Ageing, type DriftFit, fitDrift } from './ageing.ts';
import type { Failures } from './failures.ts';
import type { Programming } from './group.ts';
import { censoredMeanStd, meanStd, splitSpread } from './statistics.ts';

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
  /** Shift and extra spread at each later time. */
  readonly relaxationMean?: readonly number[];
  readonly relaxationStd?: readonly number[];
  /** Spread of one read as a share of the conductance at each time of `FitInputs.times`, or at all of them alike. */
  readonly readRelative?: readonly number[];
  /** Variance that read noise adds to the programmed values, S²; taken off `std`. */
  readonly readVariance: number;
}

export interface Estimate {
  readonly levels: readonly LevelEstimate[];
  readonly stuckHigh: number;
  readonly stuckLow: number;
}

/** What does not change between samples of the bootstrap. */
export interface FitInputs {
  readonly programmings: readonly Programming[];
  readonly levels: readonly number[];
  readonly failures: Failures;
  readonly ageing: Ageing;
  readonly startTime: number;
  /** All read times, ascending, s. */
  readonly times: readonly number[];
  /** Times at which relaxation is estimated, s: those from 1 s on. */
  readonly laterTimes: readonly number[];
  /** Drift law of each programming, null where it could not be fitted. */
  readonly drifts: readonly (DriftFit | null)[];
  /** Conductance just after programming, [programmings]; NaN where a cell that is not followed was read later only. */
  readonly programmed: Float64Array;
}

/** Drift laws and programmed conductances of all programmings. */
export function fitInputsOf(
  programmings: readonly Programming[],
  levels: readonly number[],
  failures: Failures,
  ageing: Ageing,
  startTime: number,
): FitInputs {
  const drifts = programmings.map(p => (ageing === 'drift' && p.target > 0 ? fitDrift(p, startTime) : null));
  const later = new Set<number>();
  for (const { times } of programmings) for (const time of times) later.add(time);
  const allTimes = Array.from(later).sort((a, b) => a - b);
  const laterTimes = allTimes.filter(time => time >= 1);
  const programmed = Float64Array.from(programmings, ({ times, means }, i) => {
    const drift = drifts[i];
    if (times[0] === 0) return means[0]!;
    if (drift) return Math.exp(drift.logStart);
    return times[0] === allTimes[0] ? means[0]! : Number.NaN;
  });
  return { programmings, levels, failures, ageing, startTime, times: allTimes, laterTimes, drifts, programmed };
}

/** Estimates from the programmings of a sample (indices, repeats allowed); cells that failed count as failures only. */
export function estimate(inputs: FitInputs, sample: ArrayLike<number>): Estimate {
  const { programmings, levels, failures } = inputs;
  const byLevel: number[][] = levels.map(() => []);
  let [high, low, seenHigh, seenLow] = [0, 0, 0, 0];
  for (let k = 0; k < sample.length; k++) {
    const i = sample[k]!;
    seenHigh += failures.highVisible[i]!;
    seenLow += failures.lowVisible[i]!;
    if (failures.fault[i]! > 0) high += failures.highVisible[i]!;
    else if (failures.fault[i]! < 0) low += failures.lowVisible[i]!;
    else byLevel[programmings[i]!.level]!.push(i);
  }
  return {
    levels: levels.map((target, level) => levelEstimate(inputs, target, byLevel[level]!)),
    stuckHigh: seenHigh > 0 ? high / seenHigh : 0,
    stuckLow: seenLow > 0 ? low / seenLow : 0,
  };
}

function levelEstimate(inputs: FitInputs, target: number, own: readonly number[]): LevelEstimate {
  const { programmings, ageing, programmed } = inputs;
  const started = own.filter(i => !Number.isNaN(programmed[i]!));
  const values = started.map(i => programmed[i]!);
  const { mean, std } = censoredMeanStd(values);
  const { relative: readRelative, variance } = readSpread(inputs, own);
  const reads = own.length > 0 ? programmings[own[0]!]!.counts[0]! : 1;
  const readVariance = variance(0) / reads;
  const groups = new Map<string, number[]>();
  started.forEach((i, k) => {
    const group = groups.get(programmings[i]!.device);
    if (group) group.push(values[k]!);
    else groups.set(programmings[i]!.device, [values[k]!]);
  });
  const parts = splitSpread(Array.from(groups.values()));
  const without = (spread: number): number => Math.sqrt(Math.max(0, spread * spread - readVariance));
  return {
    target,
    count: started.length,
    mean,
    std: without(std),
    ...(parts && { deviceStd: parts.device, cycleStd: without(parts.cycle) }),
    ...(ageing === 'drift' && target > 0 && exponents(inputs, own)),
    ...(ageing === 'relaxation' && target > 0 && relaxations(inputs, own, variance)),
    ...(readRelative !== undefined && { readRelative }),
    readVariance,
  };
}

interface ReadSpread {
  readonly relative?: readonly number[];
  /** Variance of one read at a time of `FitInputs.times`, S². */
  readonly variance: (at: number) => number;
}

/** From repeated reads at each time; failing that, one share for all times from what the drift law leaves. */
function readSpread({ programmings, drifts, times }: FitInputs, own: readonly number[]): ReadSpread {
  const within = new Float64Array(times.length);
  const freedom = new Float64Array(times.length);
  const square = new Float64Array(times.length);
  const seen = new Float64Array(times.length);
  let residual = 0;
  let residualFreedom = 0;
  for (const i of own) {
    const p = programmings[i]!;
    p.times.forEach((time, t) => {
      const at = times.indexOf(time);
      within[at]! += p.within[t]!;
      freedom[at]! += p.counts[t]! - 1;
      square[at]! += p.means[t]! ** 2;
      seen[at]!++;
    });
    residual += drifts[i]?.residual ?? 0;
    residualFreedom += drifts[i]?.freedom ?? 0;
  }
  const meanSquare = square.map((value, at) => (seen[at]! > 0 ? value / seen[at]! : 0));
  const repeated = freedom.some(value => value > 0);
  const share = !repeated && residualFreedom > 0 ? residual / residualFreedom : 0;
  const variance = (at: number): number => (freedom[at]! > 0 ? within[at]! / freedom[at]! : share * meanSquare[at]!);
  if (!repeated && residualFreedom === 0) return { variance };
  return {
    relative: Array.from(meanSquare, (value, at) => (value > 0 ? Math.sqrt(variance(at) / value) : 0)),
    variance,
  };
}

function exponents({ drifts }: FitInputs, own: readonly number[]): Partial<LevelEstimate> | false {
  const fits = own.flatMap(i => drifts[i] ?? []);
  if (fits.length < 3) return false;
  const { mean, std } = meanStd(fits.map(fit => fit.exponent));
  const residual = fits.reduce((sum, fit) => sum + fit.residual, 0) / fits.reduce((sum, fit) => sum + fit.freedom, 0);
  const error = fits.reduce((sum, fit) => sum + residual / fit.leverage, 0) / fits.length;
  return { exponentMean: mean, exponentStd: Math.sqrt(Math.max(0, std * std - error)) };
}

/** Shift and extra spread against the first read of the same cell, or of the level where cells are not followed. */
function relaxations(
  inputs: FitInputs,
  own: readonly number[],
  readVariance: (at: number) => number,
): Partial<LevelEstimate> {
  const { programmings, laterTimes } = inputs;
  const reads = own.length > 0 ? programmings[own[0]!]!.counts[0]! : 1;
  const followed = own.some(i => programmings[i]!.times.length > 1);
  const first = meanStd(firstReads(inputs, own));
  const shift: number[] = [];
  const spread: number[] = [];
  for (const time of laterTimes) {
    const changes: number[] = [];
    for (const i of own) {
      const { times, means } = programmings[i]!;
      const at = times.indexOf(time);
      if (at > 0) changes.push(means[at]! - means[0]!);
      else if (at === 0 && !followed) changes.push(means[0]!);
      else if (at === 0) changes.push(0);
    }
    const { mean, std } = meanStd(changes);
    const noise = followed ? (readVariance(0) + readVariance(inputs.times.indexOf(time))) / reads : first.std ** 2;
    const still = followed && changes.every(change => change === 0);
    shift.push(changes.length === 0 ? 0 : followed ? mean : mean - first.mean);
    spread.push(still ? 0 : Math.sqrt(Math.max(0, std * std - noise)));
  }
  return { relaxationMean: shift, relaxationStd: spread };
}

function firstReads({ programmings }: FitInputs, own: readonly number[]): number[] {
  const earliest = own.reduce((least, i) => Math.min(least, programmings[i]!.times[0]!), Number.POSITIVE_INFINITY);
  return own.filter(i => programmings[i]!.times[0] === earliest).map(i => programmings[i]!.means[0]!);
}

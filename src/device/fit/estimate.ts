import type { Failures } from './failures.ts';
import type { Programming } from './group.ts';
import { isPower, type Law, lineOf } from './laws.ts';
import { type Line, slopesOf } from './lines.ts';
import type { Reads } from './reads.ts';
import { relaxations } from './relaxation.ts';
import { areFollowed, levelSeries } from './series.ts';
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
  readonly law: Law;
  /** t₁ or t₀ of a power law, s. */
  readonly startTime: number;
  /** All read times, ascending, s. */
  readonly times: readonly number[];
  /** Times at which relaxation is estimated, s: those after 0. */
  readonly laterTimes: readonly number[];
  /** The law's line through each programming, null where it could not be fitted or the law has none. */
  readonly lines: readonly (Line | null)[];
  /** Conductance just after programming, [programmings]; NaN where a cell that is not followed was read later only. */
  readonly programmed: Float64Array;
  readonly reads: Reads;
}

/** The law's lines through all programmings, and their programmed conductances. */
export function fitInputsOf(
  known: Pick<FitInputs, 'programmings' | 'levels' | 'failures' | 'reads'>,
  law: Law,
  startTime: number,
): FitInputs {
  const { programmings, reads } = known;
  const { times } = reads;
  const lines = programmings.map(p =>
    p.target > 0 && (isPower(law) || law === 'logarithmic') ? lineOf(law, p, startTime) : null,
  );
  const laterTimes = times.filter(time => time > 0);
  const programmed = Float64Array.from(programmings, (p, i) => {
    const line = lines[i];
    if (p.times[0] === 0) return p.means[0]!;
    if (line && isPower(law)) return Math.exp(line.start);
    return p.times[0] === times[0] ? p.means[0]! : Number.NaN;
  });
  return { ...known, law, startTime, times, laterTimes, lines, programmed };
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
  const { programmings, law, programmed } = inputs;
  const { devices, repeated } = inputs.reads;
  const started = own.filter(i => !Number.isNaN(programmed[i]!));
  const values = started.map(i => programmed[i]!);
  const { mean, std } = censoredMeanStd(values);
  const { relative: readRelative, variance } = readSpread(inputs, own);
  const reads = own.length > 0 ? programmings[own[0]!]!.counts[0]! : 1;
  const readVariance = variance(0) / reads;
  const groups = new Map<number, number[]>();
  for (let k = 0; k < (repeated ? started.length : 0); k++) {
    const device = devices[started[k]!]!;
    const group = groups.get(device);
    if (group) group.push(values[k]!);
    else groups.set(device, [values[k]!]);
  }
  const parts = splitSpread(Array.from(groups.values()));
  const without = (spread: number): number => Math.sqrt(Math.max(0, spread * spread - readVariance));
  return {
    target,
    count: started.length,
    mean,
    std: without(std),
    ...(parts && { deviceStd: parts.device, cycleStd: without(parts.cycle) }),
    ...(isPower(law) && target > 0 && exponents(inputs, own)),
    ...((law === 'logarithmic' || law === 'standstill') && target > 0 && relaxations(inputs, own, variance)),
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
function readSpread({ lines, law, times, reads }: FitInputs, own: readonly number[]): ReadSpread {
  const within = new Float64Array(times.length);
  const freedom = new Float64Array(times.length);
  const square = new Float64Array(times.length);
  const seen = new Float64Array(times.length);
  let residual = 0;
  let residualFreedom = 0;
  const linear = isPower(law);
  for (let k = 0; k < own.length; k++) {
    const i = own[k]!;
    for (let r = reads.first[i]!; r < reads.first[i + 1]!; r++) {
      const at = reads.at[r]!;
      within[at]! += reads.within[r]!;
      freedom[at]! += reads.freedom[r]!;
      square[at]! += reads.square[r]!;
      seen[at]!++;
    }
    if (!linear) continue;
    residual += lines[i]?.residual ?? 0;
    residualFreedom += lines[i]?.freedom ?? 0;
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

function exponents(inputs: FitInputs, own: readonly number[]): Partial<LevelEstimate> | false {
  const { lines, programmings } = inputs;
  if (!areFollowed(programmings)) return levelExponent(inputs, own);
  const found: Line[] = [];
  for (let k = 0; k < own.length; k++) {
    const line = lines[own[k]!];
    if (line) found.push(line);
  }
  if (found.length < 3) return false;
  const { mean, std } = slopesOf(found);
  return { exponentMean: -mean, exponentStd: std };
}

/** Exponent of a level whose cells are not followed: from its mean, and its spread from how the relative spread grows. */
function levelExponent({ programmings, startTime }: FitInputs, own: readonly number[]): Partial<LevelEstimate> | false {
  const [series] = levelSeries(programmings, own);
  const line = series && lineOf('power', series, startTime);
  if (!line) return false;
  const variance = (time: number): number => {
    const { mean, std } = meanStd(
      own.flatMap(i => (programmings[i]!.times[0] === time ? programmings[i]!.means[0]! : [])),
    );
    return (std / mean) ** 2;
  };
  const [first, last] = [series.times[0]!, series.times.at(-1)!];
  const grown = Math.sqrt(Math.max(0, variance(last) - variance(first))) / Math.log(last / startTime);
  return { exponentMean: -line.slope, exponentStd: grown };
}

import type { Programming } from './group.ts';
import { meanStd } from './statistics.ts';

/** How measured cells change with time. */
export type Ageing = 'drift' | 'relaxation' | 'none';

/** ν and ln G₀ of one cell by least squares of ln G on ln((t + t₀)/t₀), and the variance of ν from the residuals. */
export interface DriftFit {
  readonly exponent: number;
  readonly logStart: number;
  /** Residual sum of squares of ln G and its degrees of freedom. */
  readonly residual: number;
  readonly freedom: number;
  /** Σ (x − x̄)². */
  readonly leverage: number;
}

/** The drift law through one programming; null with fewer than three times or without conductance. */
export function fitDrift({ times, means }: Programming, startTime: number): DriftFit | null {
  if (times.length < 3 || means.some(value => value <= 0)) return null;
  const n = times.length;
  const x = times.map(time => Math.log1p(time / startTime));
  const y = means.map(Math.log);
  const meanX = x.reduce((a, b) => a + b, 0) / n;
  const meanY = y.reduce((a, b) => a + b, 0) / n;
  let leverage = 0;
  let cross = 0;
  for (let i = 0; i < n; i++) {
    leverage += (x[i]! - meanX) ** 2;
    cross += (x[i]! - meanX) * (y[i]! - meanY);
  }
  if (leverage === 0) return null;
  const slope = cross / leverage;
  const logStart = meanY - slope * meanX;
  let residual = 0;
  for (let i = 0; i < n; i++) residual += (y[i]! - logStart - slope * x[i]!) ** 2;
  return { exponent: -slope, logStart, residual, freedom: n - 2, leverage };
}

/**
 * The start time t₀ of the drift law, s: where reads begin with programming (time 0) the one that leaves the smallest
 * residual, otherwise the earliest read.
 */
export function startTimeOf(programmings: readonly Programming[]): number {
  let earliest = Number.POSITIVE_INFINITY;
  let latest = 0;
  let fromStart = false;
  for (const { times } of programmings) {
    for (const time of times) {
      if (time === 0) fromStart = true;
      else earliest = Math.min(earliest, time);
      latest = Math.max(latest, time);
    }
  }
  if (!fromStart || latest === 0) return earliest;
  const loss = (log: number): number => residualAt(programmings, Math.exp(log));
  const [low, high] = [Math.log(earliest / 30), Math.log(latest)];
  const grid = Array.from({ length: 25 }, (_, i) => low + ((high - low) * i) / 24);
  const losses = grid.map(loss);
  const at = losses.indexOf(Math.min(...losses));
  return Math.exp(goldenSection(loss, grid[Math.max(0, at - 1)]!, grid[Math.min(24, at + 1)]!));
}

function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [from, to];
  while (b - a > 1e-3) {
    const c = b - ratio * (b - a);
    const d = a + ratio * (b - a);
    if (f(c) < f(d)) b = d;
    else a = c;
  }
  return (a + b) / 2;
}

function residualAt(programmings: readonly Programming[], startTime: number): number {
  let total = 0;
  for (const programming of programmings) total += fitDrift(programming, startTime)?.residual ?? 0;
  return total;
}

/**
 * Which law describes the change. None where the slopes over ln t are what their residuals alone would give. The power
 * law (two parameters for each cell) where conductances fall on average and it leaves no more than the alternative:
 * within each level a common shift and spread of the differences to the first read, shared by one normal per cell.
 */
export function ageingOf(programmings: readonly Programming[], startTime: number): Ageing {
  const usable = programmings.filter(p => p.times.length >= 3 && p.means.every(value => value > 0));
  if (usable.length < 8) return new Set(programmings.flatMap(p => p.times)).size > 1 ? 'relaxation' : 'none';
  const fits = usable.map(p => fitDrift(p, startTime)!);
  const freedom = fits.reduce((sum, fit) => sum + fit.freedom, 0);
  const residual = fits.reduce((sum, fit) => sum + fit.residual, 0) / freedom;
  const slopes = fits.reduce((sum, fit) => sum + fit.exponent ** 2 * fit.leverage, 0) / fits.length;
  if (slopes <= residual * (1 + 8 * Math.sqrt(2 / fits.length))) return 'none';
  const { mean, std } = meanStd(fits.map(fit => fit.exponent));
  const falls = mean > (5 * std) / Math.sqrt(fits.length);
  return falls && residual <= 1.5 * rankOneResidual(usable) ? 'drift' : 'relaxation';
}

function rankOneResidual(programmings: readonly Programming[]): number {
  let residual = 0;
  let freedom = 0;
  for (const level of new Set(programmings.map(p => p.level))) {
    const own = programmings.filter(p => p.level === level);
    const times = own[0]!.times;
    const complete = own.filter(p => p.times.length === times.length && p.times.every((time, i) => time === times[i]));
    if (complete.length < 8) continue;
    const columns = times.length - 1;
    const scale = complete.reduce((sum, p) => sum + p.means[0]!, 0) / complete.length;
    const rows = complete.map(p =>
      Float64Array.from({ length: columns }, (_, j) => (p.means[j + 1]! - p.means[0]!) / scale),
    );
    for (let j = 0; j < columns; j++) {
      const mean = rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length;
      for (const row of rows) row[j]! -= mean;
    }
    residual +=
      rows.reduce((sum, row) => sum + row.reduce((a, b) => a + b * b, 0), 0) - largestEigenvalue(rows, columns);
    freedom += (complete.length - 1) * columns - complete.length - columns + 1;
  }
  return freedom > 0 ? residual / freedom : Number.POSITIVE_INFINITY;
}

/** Largest eigenvalue of RᵀR by power iteration. */
function largestEigenvalue(rows: readonly Float64Array[], columns: number): number {
  let vector = new Float64Array(columns).fill(1 / Math.sqrt(columns));
  let value = 0;
  for (let round = 0; round < 200; round++) {
    const next = new Float64Array(columns);
    for (const row of rows) {
      let dot = 0;
      for (let j = 0; j < columns; j++) dot += row[j]! * vector[j]!;
      for (let j = 0; j < columns; j++) next[j]! += dot * row[j]!;
    }
    value = Math.hypot(...next);
    if (value === 0) return 0;
    vector = next.map(entry => entry / value);
  }
  return value;
}

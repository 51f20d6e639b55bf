import type { LevelSums } from './samples.ts';

/** Straight lines of least squares, struct of arrays; the slope is NaN where there is none. */
export interface Lines {
  readonly slope: Float64Array;
  /** Value at x = 0. */
  readonly start: Float64Array;
  /** Residual sum of squares and its degrees of freedom. */
  readonly residual: Float64Array;
  readonly freedom: Float64Array;
  /** Σ (x − x̄)². */
  readonly leverage: Float64Array;
}

export const noLines = (count: number): Lines => ({
  slope: new Float64Array(count).fill(Number.NaN),
  start: new Float64Array(count),
  residual: new Float64Array(count),
  freedom: new Float64Array(count),
  leverage: new Float64Array(count),
});

/** Abscissae that many lines share: deviations from their mean, and the sum of the squares of these. */
export interface Ruler {
  readonly mean: number;
  readonly x: Float64Array;
  readonly leverage: number;
}

/** Null where there are fewer than two different abscissae, which a line needs. */
export function rulerOf(x: readonly number[]): Ruler | null {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const off = Float64Array.from(x, value => value - mean);
  const leverage = off.reduce((sum, value) => sum + value * value, 0);
  return leverage > 1e-12 * (1 + mean * mean) ? { mean, x: off, leverage } : null;
}

/** Line number i through the values from y[at] on; none where one of them is NaN. */
export function lay(lines: Lines, i: number, { mean, x, leverage }: Ruler, y: Float64Array, at: number): void {
  const n = x.length;
  let centre = 0;
  for (let k = 0; k < n; k++) centre += y[at + k]!;
  centre /= n;
  let cross = 0;
  for (let k = 0; k < n; k++) cross += x[k]! * (y[at + k]! - centre);
  const slope = cross / leverage;
  let residual = 0;
  for (let k = 0; k < n; k++) {
    const off = y[at + k]! - centre - slope * x[k]!;
    residual += off * off;
  }
  lines.slope[i] = slope;
  lines.start[i] = centre - slope * mean;
  lines.residual[i] = residual;
  lines.freedom[i] = n - 2;
  lines.leverage[i] = leverage;
}

/** The slope of the line through points (x, y); NaN with fewer than two different x. */
export function slopeThrough(x: readonly number[], y: readonly number[]): number {
  const lines = noLines(1);
  const ruler = rulerOf(x);
  if (ruler) lay(lines, 0, ruler, Float64Array.from(y), 0);
  return lines.slope[0]!;
}

/** Slopes of several lines together. */
export interface Slopes {
  readonly count: number;
  readonly mean: number;
  /** Spread of the slopes, and what of it is more than the residuals alone would give. */
  readonly raw: number;
  readonly std: number;
  /** Residual sum of squares of all lines and its degrees of freedom. */
  readonly residual: number;
  readonly freedom: number;
}

/** Slopes of the lines of a sample, from the sums over one level whose lines they are, from line `from` on to `to`. */
export function slopesOf(lines: Lines, sums: LevelSums, from: number, to: number): (sample: number) => Slopes {
  const slope = lines.slope.subarray(from, to);
  const known = (values: Float64Array): Float64Array =>
    values.subarray(from, to).map((value, i) => (Number.isNaN(slope[i]!) ? 0 : value));
  const moments = sums.moments(slope);
  const residual = sums.total(known(lines.residual));
  const freedom = sums.total(known(lines.freedom));
  const error = sums.total(known(lines.leverage).map(value => (value > 0 ? 1 / value : 0)));
  return sample => {
    const { count, mean, std: raw } = moments(sample);
    const [square, free] = [residual(sample), freedom(sample)];
    const noise = free > 0 ? square / free : 0;
    const std = count > 1 ? Math.sqrt(Math.max(0, raw * raw - (noise * error(sample)) / count)) : 0;
    return { count, mean, raw, std, residual: square, freedom: free };
  };
}

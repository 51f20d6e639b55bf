/** The straight line of least squares through the reads of one programming. */
export interface Line {
  readonly slope: number;
  /** Value at x = 0. */
  readonly start: number;
  /** Residual sum of squares and its degrees of freedom. */
  readonly residual: number;
  readonly freedom: number;
  /** Σ (x − x̄)². */
  readonly leverage: number;
}

/** The line through the first n points (x, y); null with fewer than two different x. */
export function lineThrough(x: ArrayLike<number>, y: ArrayLike<number>, n = x.length): Line | null {
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < n; i++) {
    meanX += x[i]! / n;
    meanY += y[i]! / n;
  }
  let leverage = 0;
  let cross = 0;
  for (let i = 0; i < n; i++) {
    leverage += (x[i]! - meanX) ** 2;
    cross += (x[i]! - meanX) * (y[i]! - meanY);
  }
  if (!(leverage > 1e-12 * (1 + meanX * meanX))) return null;
  const slope = cross / leverage;
  const start = meanY - slope * meanX;
  let residual = 0;
  for (let i = 0; i < n; i++) residual += (y[i]! - start - slope * x[i]!) ** 2;
  return { slope, start, residual, freedom: n - 2, leverage };
}

/** Mean slope of lines, and the spread of the slopes less what the residuals alone would give. */
export function slopesOf(lines: readonly Line[]): { readonly mean: number; readonly std: number } {
  const n = lines.length;
  let mean = 0;
  let residual = 0;
  let freedom = 0;
  for (const line of lines) {
    mean += line.slope / n;
    residual += line.residual;
    freedom += line.freedom;
  }
  const noise = freedom > 0 ? residual / freedom : 0;
  let square = 0;
  let error = 0;
  for (const { slope, leverage } of lines) {
    square += (slope - mean) ** 2;
    error += noise / leverage / n;
  }
  return { mean, std: n > 1 ? Math.sqrt(Math.max(0, square / (n - 1) - error)) : 0 };
}

/** Mean of the values, [N]. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n]!;
  return sum / values.length;
}

/** Pearson's correlation of two arrays of equal length; 0 where one of them is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let n = 0; n < a.length; n++) {
    const da = a[n]! - meanA;
    const db = b[n]! - meanB;
    aa += da * da;
    bb += db * db;
    ab += da * db;
  }
  const scale = Math.sqrt(aa) * Math.sqrt(bb);
  const rounding = 1e-14 * a.length;
  if (aa <= rounding * meanA * meanA || bb <= rounding * meanB * meanB || scale === 0) return 0;
  return Math.max(-1, Math.min(1, ab / scale));
}

/** Numbers per entry whose mean is the correlation to first order: r + z_a z_b − r(z_a² + z_b²)/2, z in standard deviations. */
export function correlationRows(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const r = correlation(a, b);
  const [zA, zB] = [a, b].map(standardised) as [Float64Array, Float64Array];
  return zA.map((x, n) => (r === 0 ? 0 : r + x * zB[n]! - (r * (x * x + zB[n]! * zB[n]!)) / 2));
}

function standardised(values: ArrayLike<number>): Float64Array {
  const center = mean(values);
  const away = Float64Array.from(values, x => x - center);
  const spread = Math.sqrt(away.reduce((sum, x) => sum + x * x, 0) / away.length);
  return away.map(x => x / spread);
}

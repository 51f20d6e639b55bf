import type { Floats } from '../kernels/index.ts';

/**
 * One-dimensional Wasserstein distance W₁ = ∫ |F_a⁻¹(u) − F_b⁻¹(u)| du between two samples, whose sizes may differ; in the
 * samples' own unit. Independent of the order of either sample.
 */
export function wasserstein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const x = Float64Array.from(a).sort();
  const y = Float64Array.from(b).sort();
  let distance = 0;
  let i = 0;
  let j = 0;
  let from = 0;
  while (i < x.length && j < y.length) {
    const endX = (i + 1) * y.length;
    const endY = (j + 1) * x.length;
    const to = Math.min(endX, endY);
    distance += (to - from) * Math.abs(x[i]! - y[j]!);
    from = to;
    if (endX === to) i++;
    if (endY === to) j++;
  }
  return distance / (x.length * y.length);
}

/** W₁ of each column: `a` is [any rows, columns], `b` [any rows, columns], row-major; returns [columns]. A column is a weight. */
export function wassersteinPerColumn(a: Floats, b: Floats, columns: number): Float64Array {
  const distances = new Float64Array(columns);
  const left = new Float64Array(a.length / columns);
  const right = new Float64Array(b.length / columns);
  for (let c = 0; c < columns; c++) {
    for (let r = 0; r < left.length; r++) left[r] = a[r * columns + c]!;
    for (let r = 0; r < right.length; r++) right[r] = b[r * columns + c]!;
    distances[c] = wasserstein(left, right);
  }
  return distances;
}

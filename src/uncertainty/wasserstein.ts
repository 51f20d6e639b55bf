import type { Floats } from '../kernels/index.ts';

/**
 * One-dimensional Wasserstein distance W₁ = ∫ |F_a⁻¹(u) − F_b⁻¹(u)| du between two samples, whose sizes may differ; in the
 * samples' own unit. Independent of the order of either sample.
 */
export function wasserstein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return ofSorted(Float64Array.from(a).sort(), Float64Array.from(b).sort());
}

function ofSorted(x: Float64Array, y: Float64Array): number {
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

/** Columns that are gathered at a time, so that each row is read in stretches of a cache line. */
const together = 16;

/** W₁ of each column: `a` is [any rows, columns], `b` [any rows, columns], row-major; returns [columns]. A column is a weight. */
export function wassersteinPerColumn(a: Floats, b: Floats, columns: number): Float64Array {
  const distances = new Float64Array(columns);
  const gathered = (values: Floats) => new Float64Array((together * values.length) / columns);
  const left = gathered(a);
  const right = gathered(b);
  for (let first = 0; first < columns; first += together) {
    const count = Math.min(together, columns - first);
    gather(left, a, columns, first, count);
    gather(right, b, columns, first, count);
    for (let c = 0; c < count; c++) distances[first + c] = ofSorted(part(left, c).sort(), part(right, c).sort());
  }
  return distances;
}

/** One column of those gathered. */
const part = (columns: Float64Array, c: number): Float64Array =>
  columns.subarray((c * columns.length) / together, ((c + 1) * columns.length) / together);

/** Columns `first` … as rows of `out`. */
function gather(out: Float64Array, values: Floats, columns: number, first: number, count: number): void {
  const rows = values.length / columns;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < count; c++) out[c * rows + r] = values[r * columns + first + c]!;
  }
}

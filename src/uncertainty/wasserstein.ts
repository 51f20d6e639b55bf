import { type Job, jobOf } from '../base/index.ts';
import { distanceFrom, type Laws } from './wasserstein-laws.ts';

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

/**
 * W₁ of each column of `a` from that of `b`, [any rows, columns], row-major; returns [columns]. `a` are samples [any rows,
 * columns] or laws in closed form, whose distance is exact. A column is a weight.
 */
export async function wassersteinPerColumn(
  a: Float32Array | Laws,
  b: Float32Array,
  columns: number,
  job: Job = jobOf(),
): Promise<Float64Array> {
  const distances = new Float64Array(columns);
  const right = new SortedColumns(b, columns);
  const left = a instanceof Float32Array ? new SortedColumns(a, columns) : distanceFrom(a, b.length / columns);
  for (let first = 0; first < columns; first += together) {
    const turn = job.turn();
    if (turn) await turn;
    const count = Math.min(together, columns - first);
    right.gather(first, count);
    if (left instanceof SortedColumns) left.gather(first, count);
    for (let c = 0; c < count; c++) {
      const sample = right.column(c);
      distances[first + c] = left instanceof SortedColumns ? ofSorted(left.column(c), sample) : left(first + c, sample);
    }
  }
  return distances;
}

/** Columns of a matrix, some at a time, each sorted as whole numbers of the same order, which is several times faster. */
class SortedColumns {
  readonly #bits: Int32Array;
  readonly #columns: number;
  readonly #rows: number;
  readonly #keys: Int32Array;
  readonly #values: Float64Array;
  readonly #single = new Float32Array(1);
  readonly #word = new Int32Array(this.#single.buffer);

  constructor(values: Float32Array, columns: number) {
    this.#bits = new Int32Array(values.buffer, values.byteOffset, values.length);
    this.#columns = columns;
    this.#rows = values.length / columns;
    this.#keys = new Int32Array(together * this.#rows);
    this.#values = new Float64Array(this.#rows);
  }

  gather(first: number, count: number): void {
    const [bits, keys, rows, columns] = [this.#bits, this.#keys, this.#rows, this.#columns];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < count; c++) keys[c * rows + r] = ordered(bits[r * columns + first + c]!);
    }
  }

  /** One of the columns gathered, in ascending order; that of the next call overwrites it. */
  column(c: number): Float64Array {
    const [keys, values, single, word] = [this.#keys, this.#values, this.#single, this.#word];
    const first = c * this.#rows;
    keys.subarray(first, first + this.#rows).sort();
    for (let r = 0; r < values.length; r++) {
      word[0] = ordered(keys[first + r]!);
      values[r] = single[0]!;
    }
    return values;
  }
}

/** The bits of a single as a whole number of the same order, and back. */
const ordered = (bits: number): number => bits ^ ((bits >> 31) & 0x7fffffff);

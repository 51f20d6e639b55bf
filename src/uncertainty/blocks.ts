import { type Key, permutation } from '../random/index.ts';

/** Rows of a prediction as evidence. */
export interface RowsGiven {
  readonly count: number;
  /** Rows that belong together (one patient, one stretch of time) have the same number here, [count]; each its own, by default. */
  readonly groups?: ArrayLike<number>;
}

/** Rows in blocks that are pieces of evidence by themselves: groups of rows, or some of these pooled at random. */
export class Blocks {
  /** Groups, or rows that stand by themselves. */
  readonly units: number;
  readonly count: number;
  /** Rows of each block. */
  readonly #sizes: Float64Array;
  /** Number of each row's block, [rows]. */
  readonly #of: Int32Array;

  constructor({ count: rows, groups }: RowsGiven, pooled?: { readonly key: Key; readonly most: number }) {
    const numbers = new Map<number, number>();
    this.#of = new Int32Array(rows);
    for (let j = 0; j < rows; j++) {
      const group = groups ? groups[j]! : j;
      const known = numbers.get(group) ?? numbers.size;
      numbers.set(group, known);
      this.#of[j] = known;
    }
    this.units = numbers.size;
    this.count = Math.min(this.units, pooled?.most ?? this.units);
    if (pooled && this.count < this.units) {
      const order = permutation(pooled.key, this.units);
      this.#of = this.#of.map(unit => order[unit]! % this.count);
    }
    this.#sizes = new Float64Array(this.count);
    for (const block of this.#of) this.#sizes[block]!++;
  }

  /**
   * What each block adds to the mean of `values`, [rows]: (Σ_block values − its rows · mean)/N, raised by √(B/(B − 1)) for B
   * blocks, so that their squares add up to the variance of the mean; of blocks of unequal size to first order.
   */
  contributions(values: Float64Array): Float64Array {
    const of = this.#of;
    const sums = new Float64Array(this.count);
    let all = 0;
    for (let j = 0; j < of.length; j++) {
      sums[of[j]!]! += values[j]!;
      all += values[j]!;
    }
    const raise = Math.sqrt(this.count / (this.count - 1)) / of.length;
    const mean = all / of.length;
    const found = new Float64Array(this.count);
    for (let k = 0; k < found.length; k++) found[k] = raise * (sums[k]! - this.#sizes[k]! * mean);
    return found;
  }
}

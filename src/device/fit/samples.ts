import type { Pieces } from '../../base/index.ts';
import { kernels } from '../../kernels/index.ts';

/**
 * How often each of several samples has every programming. What a sample says is made of sums over its programmings, and
 * the sums of all samples over a level are one product of matrices.
 */
export class Samples {
  readonly count: number;
  /** First programming of each level, and their end: programmings stand level by level. */
  readonly first: Int32Array;
  /** [samples, programmings of the level] of each level. */
  readonly #times: readonly Float64Array[];

  constructor(count: number, first: Int32Array) {
    this.count = count;
    this.first = first;
    this.#times = Array.from(
      { length: first.length - 1 },
      (_, level) => new Float64Array(count * (first[level + 1]! - first[level]!)),
    );
  }

  /** Says how often a sample has each programming. */
  set(sample: number, times: Float64Array): void {
    this.#times.forEach((all, level) => {
      const [from, to] = [this.first[level]!, this.first[level + 1]!];
      all.set(times.subarray(from, to), sample * (to - from));
    });
  }

  /** Some of the samples, in this order. */
  only(samples: readonly number[]): Samples {
    if (samples.length === this.count) return this;
    const found = new Samples(samples.length, this.first);
    this.#times.forEach((all, level) => {
      const size = this.first[level + 1]! - this.first[level]!;
      samples.forEach((sample, at) => {
        found.#times[level]!.set(all.subarray(sample * size, (sample + 1) * size), at * size);
      });
    });
    return found;
  }

  /** Sums over all programmings of values [programmings, columns]; [samples, columns]. */
  *totals(values: Float64Array, columns: number): Pieces<Float64Array> {
    const found = new Float64Array(this.count * columns);
    for (const [level, times] of this.#times.entries()) {
      const [from, to] = [this.first[level]!, this.first[level + 1]!];
      const shape = { m: this.count, n: columns, k: to - from, accumulate: true };
      if (to > from) kernels().product(found, times, values.subarray(from * columns, to * columns), shape);
      yield;
    }
    return found;
  }

  /** Sums over the programmings of a level. */
  level(level: number): LevelSums {
    return new LevelSums(this.#times[level]!, this.count);
  }
}

/** Count, mean and sample standard deviation (n − 1). */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly std: number;
}

type Three = [Float64Array, Float64Array, Float64Array];

/** Sums of numbers by programming over the samples of a level; ask for all of them before the first is read. */
export class LevelSums {
  readonly #times: Float64Array;
  readonly #samples: number;
  readonly #columns: Float64Array[] = [];
  #found: Float64Array | null = null;

  constructor(times: Float64Array, samples: number) {
    this.#times = times;
    this.#samples = samples;
  }

  total(values: Float64Array): (sample: number) => number {
    if (this.#found) throw new Error('internal: a sum is asked for after others were read');
    const column = this.#columns.push(values) - 1;
    return sample => this.#read(sample, column);
  }

  /** Moments of numbers, NaN where there is none. */
  moments(values: Float64Array): (sample: number) => Moments {
    // About a number among them, so that what is alike has no spread.
    const about = values.find(value => !Number.isNaN(value)) ?? 0;
    const [ones, offs, squares] = [0, 1, 2].map(() => new Float64Array(values.length)) as Three;
    for (let i = 0; i < values.length; i++) {
      const off = values[i]! - about;
      if (Number.isNaN(off)) continue;
      ones[i] = 1;
      offs[i] = off;
      squares[i] = off * off;
    }
    const [known, sum, square] = [this.total(ones), this.total(offs), this.total(squares)];
    return sample => {
      const count = known(sample);
      if (count === 0) return { count, mean: 0, std: 0 };
      const off = sum(sample) / count;
      const variance = count > 1 ? (square(sample) - count * off * off) / (count - 1) : 0;
      return { count, mean: about + off, std: Math.sqrt(Math.max(0, variance)) };
    };
  }

  #read(sample: number, column: number): number {
    this.#found ??= this.#sums();
    return this.#found[sample * this.#columns.length + column]!;
  }

  #sums(): Float64Array {
    const [m, n] = [this.#samples, this.#columns.length];
    const k = this.#times.length / m;
    const found = new Float64Array(m * n);
    const stacked = new Float64Array(n * k);
    this.#columns.forEach((values, column) => {
      stacked.set(values, column * k);
    });
    if (k > 0) kernels().product(found, this.#times, stacked, { m, n, k, transposeB: true });
    return found;
  }
}

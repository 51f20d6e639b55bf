import type { LayerMatrix } from './network.ts';
import { evenRanges, type MatrixRange, type WeightRanges, weightLimits } from './weight-range.ts';

/** Which weights share a range: those of a matrix, of a column of a matrix, or all of a network. */
export type RangeSharing = 'layer' | 'column' | 'network';

/** Weight vectors whose sizes count. */
export interface SizedWeights {
  /** [vectors, size]; matrices lie at the beginning of each vector. */
  readonly vectors: Float32Array;
  readonly size: number;
  /** Largest |input| of each matrix, which its bias line may be driven with (`largestInputs`). */
  readonly inputs: readonly number[];
  /** What bias lines are driven with at least, where inputs reach as far; 0 by default. */
  readonly leastBiasDrive?: number;
}

/** Sizes that a quantile is taken of, about. */
const mostSizes = 200_000;

/** Rounding that is not counted as clipping. */
const rounding = 1e-6;

/**
 * The sizes of a network's weights, from which the ranges of its matrices are read. A bias line is a line of its own, driven as
 * its largest bias asks for, at most like the largest input: so that ranges follow every rescaling of layers that leaves the
 * network's function as it is. Where all of a network share one range, bias lines are driven with 1.
 */
export class WeightSizes {
  readonly #matrices: readonly LayerMatrix[];
  readonly #sharing: RangeSharing;
  readonly #weights: SizedWeights;
  readonly #groups = new Map<string, Sizes>();

  constructor(matrices: readonly LayerMatrix[], sharing: RangeSharing, weights: SizedWeights) {
    this.#matrices = matrices;
    this.#sharing = sharing;
    this.#weights = weights;
  }

  /** Ranges that hold this share of the weights that share one, those of 0 left out: a quantile of their own sizes. */
  holding(share: number): WeightRanges {
    if (this.#sharing === 'network') {
      const limit = this.#sizes('network', () => this.#ofNetwork()).quantile(share);
      return evenRanges(this.#matrices, limit);
    }
    return this.#matrices.map((matrix, m) => {
      const all = () => this.#sizes(`${m}`, () => this.#ofColumns(m, 0, matrix.columns)).quantile(share);
      const own = (j: number) => this.#sizes(`${m} ${j}`, () => this.#ofColumns(m, j, j + 1)).quantile(share);
      const limit = this.#sharing === 'column' ? Array.from({ length: matrix.columns }, (_, j) => own(j)) : all();
      return this.#withBias(m, limit, share);
    });
  }

  /** Ranges of given limits, one for each matrix, whose bias lines are driven so that all biases are held where that is possible. */
  within(limits: readonly number[]): WeightRanges {
    return this.#matrices.map((_, m) => this.#withBias(m, limits[m]!, 1));
  }

  /** The ranges with the share of each matrix's weights that is beyond them. */
  counted(ranges: WeightRanges): WeightRanges {
    const limits = weightLimits(this.#matrices, ranges);
    const { vectors, size } = this.#weights;
    let first = 0;
    return this.#matrices.map(({ rows, columns }, m) => {
      const end = first + rows * columns;
      let beyond = 0;
      for (let at = 0; at < vectors.length; at += size) {
        for (let i = first; i < end; i++) if (Math.abs(vectors[at + i]!) > limits[i]! * (1 + rounding)) beyond++;
      }
      const of = ((end - first) * vectors.length) / size;
      first = end;
      return { ...ranges[m]!, clipped: of > 0 ? beyond / of : 0 };
    });
  }

  #sizes(name: string, find: () => Sizes): Sizes {
    const found = this.#groups.get(name) ?? find();
    this.#groups.set(name, found);
    return found;
  }

  #ofNetwork(): Sizes {
    const { vectors, size } = this.#weights;
    const weights = this.#matrices.reduce((total, { rows, columns }) => total + rows * columns, 0);
    return new Sizes(
      (vectors.length / size) * weights,
      weights,
      i => vectors[Math.floor(i / weights) * size + (i % weights)]!,
    );
  }

  /** Weights of columns `from` … `to` of matrix m, biases as weights on a line driven like the largest input. */
  #ofColumns(m: number, from: number, to: number): Sizes {
    const { vectors, size, inputs } = this.#weights;
    const { rows, columns, weight, bias } = this.#matrices[m]!;
    const width = to - from;
    const each = rows * width;
    const atBias = bias ? (rows - 1) * width : each;
    return new Sizes((vectors.length / size) * each, each, i => {
      const place = i % each;
      const row = Math.floor(place / width);
      const value = vectors[Math.floor(i / each) * size + weight.offset + row * columns + from + (place % width)]!;
      return place < atBias ? value : value / inputs[m]!;
    });
  }

  #withBias(m: number, limit: number | readonly number[], share: number): MatrixRange {
    const { name, columns, bias } = this.#matrices[m]!;
    if (!bias || this.#sharing === 'network') return { name, limit, biasDrive: 1 };
    const { vectors, size, inputs, leastBiasDrive = 0 } = this.#weights;
    const ratios = new Sizes((vectors.length / size) * columns, columns, i => {
      const j = i % columns;
      const own = typeof limit === 'number' ? limit : limit[j]!;
      return own > 0 ? vectors[Math.floor(i / columns) * size + bias.offset + j]! / own : 0;
    });
    return { name, limit, biasDrive: Math.min(inputs[m]!, Math.max(leastBiasDrive, ratios.quantile(share))) };
  }
}

/** Magnitudes that are not 0, sorted; of many some that are evenly spaced, with the largest of all. */
class Sizes {
  readonly #sorted: Float32Array;
  readonly #largest: number;

  /** Of `count` values, rows of `period` of which hold the same weights each. */
  constructor(count: number, period: number, value: (i: number) => number) {
    let stride = Math.max(1, Math.ceil(count / mostSizes));
    while (commonDivisor(stride, period) > 1) stride++;
    const some = new Float32Array(Math.ceil(count / stride));
    for (let k = 0; k < some.length; k++) some[k] = Math.abs(value(k * stride));
    this.#sorted = some.filter(size => size > 0).sort();
    let largest = 0;
    for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(value(i)));
    this.#largest = largest;
  }

  /** The size that this share does not exceed; 0 where all are 0. */
  quantile(share: number): number {
    const { length } = this.#sorted;
    if (share >= 1 || length === 0) return this.#largest;
    return this.#sorted[Math.min(length - 1, Math.floor(share * length))]!;
  }
}

/** Euclid's greatest common divisor: a stride without one with the row length looks at every weight. */
function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

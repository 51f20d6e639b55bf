import type { Pieces } from '../base/index.ts';
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

/** Sizes that a quantile of a matrix is taken of, about, and of one of its columns at least. */
const mostSizes = 200_000;
const fewestSizes = 4096;

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
  /** Of each weight over the vectors. */
  readonly #largest: Float32Array;
  readonly #groups = new Map<string, Sizes>();

  private constructor(
    matrices: readonly LayerMatrix[],
    sharing: RangeSharing,
    weights: SizedWeights,
    largest: Float32Array,
  ) {
    this.#matrices = matrices;
    this.#sharing = sharing;
    this.#weights = weights;
    this.#largest = largest;
  }

  static *of(matrices: readonly LayerMatrix[], sharing: RangeSharing, weights: SizedWeights): Pieces<WeightSizes> {
    const entries = matrices.reduce((total, { rows, columns }) => total + rows * columns, 0);
    const largest = yield* largestOf(weights.vectors, weights.size, entries);
    return new WeightSizes(matrices, sharing, weights, largest);
  }

  /** Ranges that hold this share of the weights that share one, those of 0 left out: a quantile of their own sizes. */
  *holding(share: number): Pieces<WeightRanges> {
    if (this.#sharing === 'network') {
      const limit = this.#sizes('network', () => this.#ofNetwork()).quantile(share);
      return evenRanges(this.#matrices, limit);
    }
    const ranges: MatrixRange[] = [];
    for (const [m, { columns }] of this.#matrices.entries()) {
      const own: number[] = [];
      const width = this.#sharing === 'column' ? 1 : columns;
      for (let j = 0; j < columns; j += width) {
        own.push(this.#sizes(`${m} ${j}`, () => this.#ofColumns(m, j, j + width)).quantile(share));
        yield;
      }
      ranges.push(this.#withBias(m, this.#sharing === 'column' ? own : own[0]!, share));
    }
    return ranges;
  }

  /** Ranges of given limits, one for each matrix, whose bias lines are driven so that all biases are held where that is possible. */
  within(limits: readonly number[]): WeightRanges {
    return this.#matrices.map((_, m) => this.#withBias(m, limits[m]!, 1));
  }

  /** The ranges with the share of each matrix's weights that is beyond them. */
  *counted(ranges: WeightRanges): Pieces<WeightRanges> {
    const limits = weightLimits(this.#matrices, ranges);
    const { vectors, size } = this.#weights;
    const counted: MatrixRange[] = [];
    let first = 0;
    for (const [m, { rows, columns }] of this.#matrices.entries()) {
      const end = first + rows * columns;
      let beyond = 0;
      for (let at = 0; at < vectors.length; at += size) {
        for (let i = first; i < end; i++) if (Math.abs(vectors[at + i]!) > limits[i]! * (1 + rounding)) beyond++;
        yield;
      }
      const of = ((end - first) * vectors.length) / size;
      first = end;
      counted.push({ ...ranges[m]!, clipped: of > 0 ? beyond / of : 0 });
    }
    return counted;
  }

  #sizes(name: string, find: () => Sizes): Sizes {
    const found = this.#groups.get(name) ?? find();
    this.#groups.set(name, found);
    return found;
  }

  /** All weights alike. */
  #ofNetwork(): Sizes {
    const weights = this.#largest.length;
    return this.#collected(
      weights,
      at => at,
      () => 1,
    );
  }

  /** Weights of columns `from` … `to` of matrix m, biases as weights on a line driven like the largest input. */
  #ofColumns(m: number, from: number, to: number): Sizes {
    const { inputs } = this.#weights;
    const { rows, columns, weight, bias } = this.#matrices[m]!;
    const width = to - from;
    const atBias = bias ? (rows - 1) * width : rows * width;
    const drive = (place: number) => (place < atBias ? 1 : inputs[m]!);
    return this.#collected(
      rows * width,
      place => weight.offset + Math.floor(place / width) * columns + from + (place % width),
      drive,
      Math.max(fewestSizes, (mostSizes * width) / columns),
    );
  }

  #withBias(m: number, limit: number | readonly number[], share: number): MatrixRange {
    const { name, columns, bias } = this.#matrices[m]!;
    if (!bias || this.#sharing === 'network') return { name, limit, biasDrive: 1 };
    const { inputs, leastBiasDrive = 0 } = this.#weights;
    const limitOf = (j: number) => (typeof limit === 'number' ? limit : limit[j]!);
    const ratios = this.#collected(
      columns,
      j => bias.offset + j,
      j => limitOf(j) || Number.POSITIVE_INFINITY,
    );
    return { name, limit, biasDrive: Math.min(inputs[m]!, Math.max(leastBiasDrive, ratios.quantile(share))) };
  }

  /** Sizes of `each` entries of every vector, at the given places, each divided by its unit. */
  #collected(
    each: number,
    placeOf: (entry: number) => number,
    unitOf: (entry: number) => number,
    most = mostSizes,
  ): Sizes {
    const { vectors, size } = this.#weights;
    let largest = 0;
    for (let entry = 0; entry < each; entry++) {
      largest = Math.max(largest, this.#largest[placeOf(entry)]! / unitOf(entry));
    }
    const count = (vectors.length / size) * each;
    return new Sizes(largest, { count, period: each, most }, i => {
      const entry = i % each;
      return vectors[Math.floor(i / each) * size + placeOf(entry)]! / unitOf(entry);
    });
  }
}

/** Magnitudes that are not 0; of many, some that are evenly spaced, with the largest of all. */
class Sizes {
  readonly #largest: number;
  readonly #some: () => Float32Array;
  #sorted?: Float32Array;

  /** Of `count` values, rows of `period` of which hold the same weights each; looks at `most`, about. */
  constructor(
    largest: number,
    { count, period, most }: { count: number; period: number; most: number },
    value: (i: number) => number,
  ) {
    this.#largest = largest;
    this.#some = () => {
      let stride = Math.max(1, Math.ceil(count / most));
      while (commonDivisor(stride, period) > 1) stride++;
      const some = new Float32Array(Math.ceil(count / stride));
      for (let k = 0; k < some.length; k++) some[k] = Math.abs(value(k * stride));
      return some.filter(size => size > 0).sort();
    };
  }

  /** The size that this share does not exceed; 0 where all are 0. */
  quantile(share: number): number {
    if (share >= 1) return this.#largest;
    this.#sorted ??= this.#some();
    const { length } = this.#sorted;
    return length === 0 ? this.#largest : this.#sorted[Math.min(length - 1, Math.floor(share * length))]!;
  }
}

/** Largest magnitude of each of the first entries of vectors [vectors, size]. */
function* largestOf(vectors: Float32Array, size: number, entries: number): Pieces<Float32Array> {
  const largest = new Float32Array(entries);
  for (let at = 0; at < vectors.length; at += size) {
    for (let i = 0; i < entries; i++) {
      const magnitude = Math.abs(vectors[at + i]!);
      if (magnitude > largest[i]!) largest[i] = magnitude;
    }
    yield;
  }
  return largest;
}

/** Euclid's greatest common divisor: a stride without one with the row length looks at every weight. */
function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

import { fillUniform, fold, type Key, permutation } from '../random/index.ts';

/** Rows of a prediction as evidence. */
export interface RowsGiven {
  readonly count: number;
  /** Rows that belong together (one patient, one stretch of time) have the same number here, [count]; each its own, by default. */
  readonly groups?: ArrayLike<number>;
}

/** What blocks of rows say of a number that is the mean of some per row. */
export interface OverBlocks {
  /** What each block adds to it, so that the squares add up to its variance over rows, [blocks]. */
  readonly added: Float64Array;
  /** Degrees of freedom of that variance. */
  readonly degrees: number;
}

/** Resamples: the width of an interval is known to 1/√(2·128) = 6 %. */
export const resamples = 128;

/** Blocks that rows are pooled into at most where many predictions are kept: the width of an interval is known to 1/√(2·1024) = 2 %. */
export const mostBlocks = 1024;

/** Groups that are worth fewer than this, (Σw)²/Σw² of their sizes, are one and some crumbs. */
const fewest = 1.5;

/** Rows in blocks that are pieces of evidence by themselves: groups of rows, or some of these pooled at random. */
export class Blocks {
  readonly #grouped: boolean;
  /** Number of each row's unit (a group, or itself), [rows], and of each unit's block, [units]. */
  readonly #unitOf: Int32Array;
  readonly #blockOf: Int32Array;
  readonly #count: number;

  readonly #key?: Key;
  #draws?: Float64Array;

  /** `key` decides how rows are resampled, and which are pooled where there are more than `most` units. */
  constructor({ count: rows, groups }: RowsGiven, drawn?: { readonly key: Key; readonly most?: number }) {
    this.#grouped = groups !== undefined;
    this.#key = drawn?.key;
    const numbers = new Map<number, number>();
    this.#unitOf = new Int32Array(rows);
    for (let j = 0; j < rows; j++) {
      const group = groups ? groups[j]! : j;
      const known = numbers.get(group) ?? numbers.size;
      numbers.set(group, known);
      this.#unitOf[j] = known;
    }
    const units = numbers.size;
    this.#count = Math.min(units, drawn?.most ?? units);
    const order = drawn && this.#count < units ? permutation(drawn.key, units) : undefined;
    this.#blockOf = Int32Array.from({ length: units }, (_, unit) => (order ? order[unit]! % this.#count : unit));
  }

  /**
   * With values l_j of N rows and their mean m, block k of B adds (Σ_k l − n_k m)/N, raised by √(B/(B − 1)): of single rows the
   * variance is s²/N. Groups are left out one after the other instead (Tukey's jackknife): √((B − 1)/B)/(1 − w_k), w_k the
   * group's share of the rows that count, which is the same for groups of equal size. `counts`: 1 for rows that the number is
   * a share of, else 0, [rows]; all by default. Undefined where one block is all or nearly all of the evidence.
   */
  over(values: Float64Array, counts?: Float64Array): OverBlocks | undefined {
    const inUnits = sumsBy(this.#unitOf, this.#blockOf.length, counts);
    const weights = sumsBy(this.#blockOf, this.#count, inUnits);
    const worth = this.#grouped ? effective(weights) : this.#count;
    if (!(worth >= fewest)) return undefined;
    const rows = values.length;
    const rowsOf = sumsBy(this.#blockOf, this.#count, sumsBy(this.#unitOf, this.#blockOf.length));
    const added = sumsBy(this.#blockOf, this.#count, sumsBy(this.#unitOf, this.#blockOf.length, values));
    const [mean, all, blocks] = [total(values) / rows, total(weights), this.#count];
    for (let k = 0; k < blocks; k++) {
      const left = this.#grouped ? 1 - weights[k]! / all : 1 - 1 / blocks;
      added[k] = (Math.sqrt(1 - 1 / blocks) * (added[k]! - rowsOf[k]! * mean)) / rows / left;
    }
    return { added, degrees: worth - 1 };
  }

  get rows(): number {
    return this.#unitOf.length;
  }

  /** Blocks of equal size that rows, those of `counts` or all, are worth; undefined where that is one and some crumbs. */
  worth(counts?: Float64Array): number | undefined {
    const worth = effective(sumsBy(this.#blockOf, this.#count, sumsBy(this.#unitOf, this.#blockOf.length, counts)));
    return worth >= fewest ? worth : undefined;
  }

  /** Rows, or groups of equal size, that rows of `counts`, or all, are worth. */
  units(counts?: Float64Array): number {
    return effective(sumsBy(this.#unitOf, this.#blockOf.length, counts));
  }

  /**
   * A resample of these rows: gives every row, into `out`, [rows], the weight of its block, an exponential draw (Rubin, The
   * Bayesian bootstrap, Annals of Statistics 9, 1981). `number`: of the resample, 0 … resamples − 1.
   */
  resample(number: number, out: Float64Array): void {
    const draws = this.#drawn();
    const at = number * this.#count;
    for (let j = 0; j < out.length; j++) out[j] = draws[at + this.#blockOf[this.#unitOf[j]!]!]!;
  }

  #drawn(): Float64Array {
    if (!this.#key) throw new Error('internal: rows without a key cannot be resampled');
    this.#draws ??= drawsOf(fold(this.#key, 'resamples'), this.#count);
    return this.#draws;
  }
}

/** Draws of the keys and numbers of blocks asked for last, 1 MB for a thousand blocks: those of all chips and times are the same. */
const kept = new Map<string, Float64Array>();
const mostKept = 8;

/** Exponential draws of blocks, [resamples, blocks]. */
function drawsOf(key: Key, blocks: number): Float64Array {
  const name = `${key.word0} ${key.word1} ${blocks}`;
  const before = kept.get(name);
  if (before) return before;
  const draws = fillUniform(key, new Float64Array(resamples * blocks));
  for (let i = 0; i < draws.length; i++) draws[i] = -Math.log1p(-draws[i]!);
  if (blocks > mostBlocks) return draws;
  kept.set(name, draws);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return draws;
}

/** Sums of values, 1 each by default, over those that have the same place. */
function sumsBy(places: Int32Array, count: number, values?: Float64Array): Float64Array {
  const sums = new Float64Array(count);
  for (let j = 0; j < places.length; j++) sums[places[j]!]! += values ? values[j]! : 1;
  return sums;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += values[j]!;
  return sum;
}

/** (Σw)²/Σw² (Kish, Survey Sampling, 1965). */
function effective(weights: Float64Array): number {
  let squares = 0;
  for (let j = 0; j < weights.length; j++) squares += weights[j]! * weights[j]!;
  return total(weights) ** 2 / squares;
}

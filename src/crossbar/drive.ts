import type { Floats } from '../kernels/index.ts';
import type { Key } from '../random/index.ts';
import type { Converter } from './converters.ts';

/** How products are computed: in single precision, or of operands rounded to bfloat16 and summed in single precision. */
export type ProductPrecision = 'single' | 'bf16';

/** How one matrix is driven and read for a number of frozen copies. */
export interface LayerDrive {
  /** Frozen copies of the matrix, S. */
  readonly copies: number;
  /** Input vectors, N. */
  readonly count: number;
  /** Inputs without the bias line. */
  readonly inputs: number;
  readonly outputs: number;
  /** The last word line is a bias line, always driven with 1. */
  readonly bias: boolean;
  /** x is [N, inputs] for all copies (a first layer) rather than [S, N, inputs]. */
  readonly shared: boolean;
  /** The copies are reads of one matrix: weights (and their variance) are [word lines, outputs], for all alike. */
  readonly sameWeights?: boolean;
  /** First word line of each tile and the end (`tileBoundaries`); the tiles' partial sums are read one by one. */
  readonly boundaries: ArrayLike<number>;
  /** Converter of the inputs; ideal by default. The bias line has its own fixed driver. */
  readonly input?: Converter;
  /** Converter of every tile's partial sums; ideal by default. */
  readonly output?: Converter;
  /** What distinguishes the converters of the columns; all alike and perfect by default. */
  readonly columns?: ColumnConverters;
  /** How sums and their variances are computed; 'single' by default. 'bf16' needs single-precision arrays. */
  readonly precision?: ProductPrecision;
  /** Fresh noise of this read; none by default. */
  readonly readNoise?: ReadNoise;
  /** What the noise of reads and conversions belongs to. */
  readonly numbers?: ReadNumbers;
}

/**
 * What noise belongs to: that of a tile's column depends on the key, the tile, the row and position of the input vector,
 * the sample and the column alone, so that reads may be cut and ordered at will and none changes another.
 */
export interface ReadNumbers {
  /** Number of each row of inputs, [count / positions]; 0, 1, … by default. */
  readonly rows?: Uint32Array;
  /** Vectors of one row, one after the other, such as the positions of a convolution; 1 by default. */
  readonly positions?: number;
  /** Sample that the first copy stands for; 0 by default. */
  readonly sample?: number;
}

/** Converters of single columns, [outputs] each: every column has its own, which serves all tiles and copies. */
export interface ColumnConverters {
  /** Range of a column's converter as a multiple of that of `output`. */
  readonly range?: Floats;
  /** Relative gain error. */
  readonly gainError?: Floats;
  /** Offset in weight units. */
  readonly offset?: Floats;
  /** Noise of a conversion, drawn anew for every tile, row, position and sample; in weight units times the column's `range`. */
  readonly noise?: { readonly key: Key; readonly std: number };
}

/**
 * Noise of one read of independent Gaussian cells. A column's current is then exactly Gaussian, so that one number per
 * output stands for one per cell: its variance is Σ x²·variance.
 */
export interface ReadNoise {
  readonly key: Key;
  /** Variance of every effective weight in squared weight units (both cells of a pair add), laid out like the weights. */
  readonly variance: Floats;
  /**
   * Input that one time slot of a pulse-width input stands for; its cells' noise is drawn anew in every slot, so that
   * the variance is slot·Σ |x|·variance. Inputs are voltages, read once, where absent.
   */
  readonly slot?: number;
  /**
   * Lower factor [reads, reads] of the correlations between the noise of samples 0, 1, … (`readMixing`), at least of those
   * that are read: reads of one matrix one after the other remember their 1/f noise. Exact where the inputs of the reads
   * are the same; independent where absent.
   */
  readonly mixing?: Floats;
}

/** Entries that left a converter's range, out of how many. */
export interface Saturation {
  readonly inputs: number;
  readonly inputsOf: number;
  readonly outputs: number;
  readonly outputsOf: number;
}

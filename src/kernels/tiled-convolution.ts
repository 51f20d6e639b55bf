import type { Convolution } from './convolution.ts';
import type { Activation } from './kernels.ts';

/** Levels of a converter as `quantise` takes them. */
export interface Levels {
  readonly step: number;
  readonly low: number;
  readonly high: number;
}

/** The matrices of one group of channels of a convolution on tiles, with the converters of their inputs and sums. */
export interface ConvolutionTiles {
  readonly convolution: Convolution;
  readonly group: number;
  /** As `driveTiles` takes them; where they end beyond the inputs of a window, the last line is a bias line. */
  readonly boundaries: Int32Array;
  /** Copies of the matrix that the arrays below hold. */
  readonly held: number;
  /** Tile after tile, each [held, lines, outputs of the group]. */
  readonly weights: Float32Array;
  /** Variances of one read, laid out alike; no noise where null. */
  readonly variances: Float32Array | null;
  readonly input: Levels;
  readonly output: Levels;
  /** [3, outputs of the group]: the factor, shift and range of each column's converter; all alike where null. */
  readonly columns: Float32Array | null;
  /** Variance of the noise of a conversion in units of the column's range. */
  readonly conversionVariance: number;
  /** [tiles, 4]: the two words of the key of the noise of reads, then of that of conversions. */
  readonly keys: Uint32Array;
}

/** Which copies are read of which images. */
export interface ConvolutionReads {
  readonly copies: number;
  /** First of the copies held that is read; the others follow, and the first one again after the last. */
  readonly matrix: number;
  readonly count: number;
  /** The images are [count, …] for all copies. */
  readonly shared: boolean;
  /** Numbers of the images, [count], and of the first sample, which noise belongs to. */
  readonly rows: Uint32Array;
  readonly sample: number;
  readonly activation: Activation;
}

import type { Convolution } from './convolution.ts';
import type { CrossbarShape } from './crossbar.ts';
import type { DenseShape } from './dense.ts';
import type { DistanceGrid, GaussianPrior, Realisation, TechnologicalOptions } from './gaussian-weights.ts';
import type { PatchShape } from './patches.ts';
import type { PoolShape } from './pool.ts';
import type { RowLayout, RowNumbers } from './rows.ts';
import type { SlicedShape } from './sliced.ts';
import type { ConvolutionReads, ConvolutionTiles } from './tiled-convolution.ts';

/** Numbers the kernels work on; all arrays of one call have the same precision. */
export type Floats = Float32Array | Float64Array;

export type Activation = 'linear' | 'relu' | 'tanh' | 'hardtanh';

export type UnaryOperation =
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'square'
  | 'reciprocal'
  | 'negate'
  | 'abs'
  | 'softplus'
  | 'sigmoid'
  | 'relu'
  | 'tanh'
  | 'hardtanh';

export type BinaryOperation = 'add' | 'subtract' | 'multiply' | 'divide';

export interface ProductShape {
  /** Rows of C and of op(A). */
  readonly m: number;
  /** Columns of C and of op(B). */
  readonly n: number;
  /** Columns of op(A) and rows of op(B). */
  readonly k: number;
  /** Number of products; 1 by default. Matrices of successive products follow each other in memory. */
  readonly batch?: number;
  /** A (stored k×m) is used transposed. */
  readonly transposeA?: boolean;
  /** B (stored n×k) is used transposed. */
  readonly transposeB?: boolean;
  /** The one A serves every product of the batch. */
  readonly sharedA?: boolean;
  /** The one B serves every product of the batch. */
  readonly sharedB?: boolean;
  /** Adds to C instead of overwriting it. */
  readonly accumulate?: boolean;
}

/** A product of rounded operands. */
export type Bf16Shape = Omit<ProductShape, 'transposeA' | 'transposeB' | 'accumulate'>;

export interface AdamOptions {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Number of this step, from 1 (for bias correction). */
  readonly step: number;
}

/**
 * The narrow waist under everything numeric. Matrices are dense and row-major; outputs come first and are
 * overwritten unless said otherwise; nothing allocates. Results do not depend on the number of threads.
 * Inner code trusts its callers: lengths are checked where the arrays are made, not here, but a back end must never
 * read or write outside the arrays it was given.
 */
export interface Kernels {
  readonly name: 'reference' | 'wasm' | 'native';
  /** Instruction set and the like: all that bits depend on. */
  readonly instructions: string;
  /** The same with the number of threads, for `doctor` and run records. */
  readonly detail: string;
  /** Cores that products, fills and elementwise work of the whole process may use: for those who own the process to say, no other code. */
  setThreads(count: number): void;

  /** C = op(A)·op(B), or C += op(A)·op(B). */
  product(c: Floats, a: Floats, b: Floats, shape: ProductShape): void;
  /**
   * C = bf16(A)·bf16(B): operands rounded to bfloat16 (8 significant bits) to the nearest, ties to even; their products,
   * exact in single precision, are summed in single precision in the back end's own order. A term is off by at most
   * 2⁻⁷·(1 + 2⁻⁹) of itself. Numbers below 2⁻¹²⁶ may count as zero.
   */
  productBf16(c: Float32Array, a: Float32Array, b: Float32Array, shape: Bf16Shape): void;
  /** y[m,n] = activation(x[m,k]·w[k,n] + bias[n]); no bias where null. */
  affine(
    y: Floats,
    x: Floats,
    w: Floats,
    bias: Floats | null,
    m: number,
    n: number,
    k: number,
    activation: Activation,
  ): void;

  /** y = operation(x), elementwise. */
  unary(operation: UnaryOperation, y: Floats, x: Floats): void;
  /** y = a ∘ b, elementwise; b is repeated where it is shorter (its length divides that of a). */
  binary(operation: BinaryOperation, y: Floats, a: Floats, b: Floats): void;
  /** y += alpha·x; x is repeated where it is shorter (its length divides that of y). */
  axpy(y: Floats, alpha: number, x: Floats): void;
  /** y = alpha·x + beta. */
  scale(y: Floats, x: Floats, alpha: number, beta: number): void;
  /** dx += dy·activation′, with the derivative taken from the output y of the activation. */
  activationGradient(dx: Floats, dy: Floats, y: Floats, activation: Activation): void;

  /** Σ x, in double precision. */
  sum(x: Floats): number;
  /** Σ a·b, in double precision. */
  dot(a: Floats, b: Floats): number;
  /** Writes the smallest and the largest entry of x to out[0] and out[1]; NaN counts as neither, nothing gives +∞ and −∞. */
  range(out: Floats, x: Floats): void;
  /** out[n] (+)= Σ over rows of x[m,n]. */
  sumRows(out: Floats, x: Floats, m: number, n: number, accumulate: boolean): void;

  /**
   * Brings every run of `length` numbers of x to mean 0 and variance 1: y = (x − mean)/√(variance + epsilon). Writes
   * 1/√(variance + epsilon) of each run to `inverse` unless null. Sums are in double precision. y may be x.
   */
  normalise(y: Floats, inverse: Floats | null, x: Floats, length: number, epsilon: number): void;

  /** out[m,n] = log softmax along rows of x[m,n]. */
  logSoftmax(out: Floats, x: Floats, m: number, n: number): void;
  /**
   * Σ −log softmax(logits)[label] over m rows of n classes; writes gradient[m,n] = softmax − one-hot
   * unless gradient is null.
   */
  softmaxCrossEntropy(gradient: Floats | null, logits: Floats, labels: Int32Array, m: number, n: number): number;

  /**
   * Σ −log softmax(network(x))[label] over all rows of a network of dense layers, in double precision; overwrites its
   * gradient by the weights. `weights` and `gradient` hold layer after layer [inputs, outputs] and its offsets [outputs];
   * `inputs` are [features, rows], labels classes.
   */
  softmaxNetwork(
    gradient: Float64Array,
    weights: Float64Array,
    inputs: Float64Array,
    labels: Int32Array,
    shape: DenseShape,
  ): number;

  /** One Adam step on w with gradient g; `first` and `second` are the running moments, updated in place. */
  adam(w: Floats, g: Floats, first: Floats, second: Floats, options: AdamOptions): void;
  /**
   * One Adam step on the means and ln spreads of n independent Gaussian weights, from the gradients of a loss by mean and
   * by variance and those of prior.weight·KL(N(mean, variance) ‖ prior); leaves variance = exp(2 logStd). `moments`
   * [4, n]: the first and second moments of the means, then those of the ln spreads.
   */
  gaussianAdam(
    mean: Floats,
    logStd: Floats,
    variance: Floats,
    meanGradient: Floats,
    varianceGradient: Floats,
    moments: Floats,
    prior: GaussianPrior,
    options: AdamOptions,
  ): void;

  /**
   * Moments of independent Gaussian weights as an array holds them. With factor and added variance the piecewise-linear
   * functions of the mean asked for through `tables` [2, entries], and kept = gain·factor·mean: the realised mean is
   * working·kept, the variance working·((gain·factor)²·variance + gain²·added + (1 − working)·kept²) + stuckSquare.
   */
  realise(
    realisedMean: Floats,
    realisedVariance: Floats,
    mean: Floats,
    variance: Floats,
    tables: Floats,
    options: Realisation,
  ): void;
  /** Turns gradients by what `realise` gives into gradients by mean and variance, in place; the factor counts as a constant. */
  realiseGradient(
    meanGradient: Floats,
    varianceGradient: Floats,
    mean: Floats,
    tables: Floats,
    options: Realisation,
  ): void;
  /**
   * Moments of weights times independent factors of known mean f and variance s, in place: the variance becomes
   * (f² + s)·variance + s·mean², the mean f·mean.
   */
  scaleMoments(mean: Floats, variance: Floats, factorMean: Floats, factorVariance: Floats): void;
  /** Turns gradients by what `scaleMoments` leaves into gradients by what it got, in place; `scaled` is the mean it left. */
  scaleMomentsGradient(
    meanGradient: Floats,
    varianceGradient: Floats,
    scaled: Floats,
    factorMean: Floats,
    factorVariance: Floats,
  ): void;
  /**
   * −weight·Σ log tanh(beta·exp(−d²/(2 width²))) with d the distance of a weight's (mean, √variance) from what devices can
   * hold: bilinear through `distances` inside the grid, plus the way to the grid outside. Adds its derivatives by mean and
   * by variance. The technological loss of Bonnet et al., Nature Communications 14:7530, 2023.
   */
  technologicalLoss(
    meanGradient: Floats,
    varianceGradient: Floats,
    mean: Floats,
    variance: Floats,
    distances: Floats,
    grid: DistanceGrid,
    options: TechnologicalOptions,
  ): number;

  /**
   * y = step·round((clamp(x, low, high) − low)/step) + low, ties to even; a step of 0 only clamps.
   * Returns how many entries were outside [low, high].
   */
  quantise(y: Floats, x: Floats, step: number, low: number, high: number): number;
  /** dx += dy where low ≤ x ≤ high: the derivative of clamping, which stands for that of quantising too. */
  clampGradient(dx: Floats, dy: Floats, x: Floats, low: number, high: number): void;

  /**
   * y = table(x), the piecewise-linear function through `table` at equal distances from `low` to `high`, constant
   * outside; writes its slope to dydx (0 outside [low, high]) unless null. The table has at least two entries.
   */
  tabulate(y: Floats, dydx: Floats | null, x: Floats, table: Floats, low: number, high: number): void;

  /**
   * y = mean(x) + std(x)·z elementwise, with mean and std piecewise-linear functions through tables of one length as
   * `tabulate` has them; the mean is x itself where null.
   */
  scatter(y: Floats, z: Floats, x: Floats, mean: Floats | null, std: Floats, low: number, high: number): void;

  /**
   * Raw Philox4x32-10 words of `key` (two 32-bit words): word i of the stream is lane i mod 4 of the block whose
   * counter is (⌊i/4⌋ low, ⌊i/4⌋ high, 0, 0). Writes words offset … offset + out.length − 1.
   */
  randomWords(out: Uint32Array, key0: number, key1: number, offset: number): void;
  /**
   * Uniforms in the open interval (0, 1). Single precision, element i: (word i >>> 9 + ½)·2⁻²³.
   * Double precision, element i: (word 2i >>> 6)·2²⁶ + (word 2i+1 >>> 6) + ½, times 2⁻⁵².
   */
  uniform(out: Floats, key0: number, key1: number, offset: number): void;
  /**
   * Standard normals by Box–Muller on pairs (u, v) of successive uniforms of the same precision:
   * elements 2j and 2j+1 are √(−2 ln u)·cos 2πv and √(−2 ln u)·sin 2πv.
   */
  normal(out: Floats, key0: number, key1: number, offset: number): void;

  /**
   * y += √variance·z with z the standard normals that `normal` fills in, elements offset … of the key's stream. Writes
   * dy/dvariance = z/(2√variance), 0 where the variance is 0, to `slope` unless null.
   */
  addNoise(y: Floats, slope: Floats | null, variance: Floats, key0: number, key1: number, offset: number): void;

  /** Fills `out` with uniforms in (0, 1) that belong to rows: element by element as `RowNumbers` says. */
  uniformRows(out: Floats, key0: number, key1: number, rows: RowNumbers, layout?: RowLayout): void;
  /** Fills `out` with standard normals that belong to rows. */
  normalRows(out: Floats, key0: number, key1: number, rows: RowNumbers, layout?: RowLayout): void;
  /**
   * y = x + √variance·z with z the standard normals that `normalRows` fills in, y [outer, rows, planes, columns]; x and
   * the variance are repeated where they are shorter (their lengths divide that of y). y may be x.
   */
  addNoiseRows(y: Floats, x: Floats, variance: Floats, key0: number, key1: number, rows: RowNumbers): void;
  /** Single elements of the streams of rows: `addresses` [out.length, 4] are column, plane, row number and outer number. */
  uniformAt(out: Floats, key0: number, key1: number, addresses: Uint32Array): void;
  /** Single standard normals of the streams of rows. */
  normalAt(out: Floats, key0: number, key1: number, addresses: Uint32Array): void;

  /**
   * Inputs as the word lines of a matrix's tiles see them: x [m, n] as `quantise` leaves it, behind it a 1 for the bias
   * line where the boundaries end at n + 1. `boundaries` ascend from 0: tile t has the word lines boundaries[t] …
   * boundaries[t+1] − 1, and y holds the tiles one after the other, each [m, lines]. Returns how many entries of x were
   * outside [low, high]. y must not overlap x.
   */
  driveTiles(
    y: Floats,
    x: Floats,
    m: number,
    n: number,
    boundaries: Int32Array,
    step: number,
    low: number,
    high: number,
  ): number;

  /**
   * The network between the ports of an array that behaves at them as the array does: ports [rows + columns]², upper
   * triangle, in siemens; cells [rows, columns] in siemens, not negative.
   */
  crossbarPorts(ports: Float64Array, cells: Float64Array, shape: CrossbarShape): void;
  /**
   * Finds the potentials v [batch, nodes] of an array from those of its ports; ports whose entry in `floating`
   * [rows + columns] is 1 rather than 0 are found too. `injected` [batch, nodes] is the current into each node in
   * amperes and is overwritten; none where null.
   */
  crossbarPotentials(
    v: Float64Array,
    injected: Float64Array | null,
    floating: Int32Array,
    cells: Float64Array,
    shape: CrossbarShape,
  ): void;

  /**
   * Parts of images as rows: out[count, positions, patchChannels·kernelHeight·kernelWidth (+ 1)] from images
   * [count, channels, height, width], positions in reading order, zeros beyond the edges.
   */
  patches(out: Floats, images: Floats, count: number, shape: PatchShape): void;

  /**
   * y = activation(convolution + bias): x [count, channels, height, width], w [channels/groups·kernelHeight·kernelWidth,
   * outputs] with rows in the order channel, row, column, bias [outputs] or null → y [count, outputs, rows, columns],
   * which overlaps none of the others.
   */
  convolve(
    y: Floats,
    x: Floats,
    w: Floats,
    bias: Floats | null,
    count: number,
    shape: Convolution,
    activation: Activation,
  ): void;
  /**
   * A convolution whose matrix stands on tiles: for every copy read the images are quantised, each tile's sums get the
   * noise of its cells (`addNoiseRows` with positions as planes), the factors, shifts and noise of their converters, and
   * are quantised; they are added over the tiles and activated. y [copies, count, outputs, rows, columns] gets the outputs
   * of one group; x is [count, channels, height, width] or, where it is not shared, [copies, count, …]. Writes how many
   * inputs of all windows, and how many sums of tiles, left their range to saturated[0] and [1]. Absent where a back end
   * does no better than `patches`, `driveTiles`, `product`, `addNoiseRows` and `quantise` one after the other, whose bits
   * these are.
   */
  convolveTiles?(
    saturated: Float64Array,
    y: Float32Array,
    x: Float32Array,
    tiles: ConvolutionTiles,
    reads: ConvolutionReads,
  ): void;
  /**
   * Adds to dx, dw and db, those that are not null, the gradients of a loss by x, w and bias from that by the y of
   * `convolve`.
   */
  convolveGradient(
    dx: Floats | null,
    dw: Floats | null,
    db: Floats | null,
    dy: Floats,
    y: Floats,
    x: Floats,
    w: Floats,
    count: number,
    shape: Convolution,
    activation: Activation,
  ): void;

  /**
   * The largest number or the mean of every window: out [planes, rows, columns] from images [planes, height, width], which
   * it does not overlap. A window with NaN gives NaN.
   */
  pool(out: Floats, images: Floats, planes: number, shape: PoolShape): void;
  /**
   * Adds to dx the gradient of a loss by the images x from that by their results y: a window's goes to the first of its
   * largest numbers, or in equal parts to all.
   */
  poolGradient(dx: Floats, dy: Floats, y: Floats, x: Floats, planes: number, shape: PoolShape): void;

  /**
   * Product of bit-serial inputs with sliced weights, every partial sum converted by a table:
   * y[m,n] = Σ_bits Σ_slices Σ_tiles ±2^(bit + slice·sliceBits) · levels[Σ_{r in tile} bit(x[m,r])·w[slice,r,n] − lowest]
   * from codes x [m,k] and digits w [slices,k,n]. Sums beyond the table take its nearest end; returns how many sums took
   * the first or the last level.
   */
  slicedProduct(
    y: Float32Array,
    x: Uint32Array,
    w: Int32Array,
    levels: Float32Array,
    lowest: number,
    shape: SlicedShape,
  ): number;
}

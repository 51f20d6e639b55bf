import { type Floats, kernels } from '../kernels/index.ts';
import { fillNormal, type Key } from '../random/index.ts';
import { type Converter, checkConverter, convert, idealConverter, Magnitudes } from './converters.ts';

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
  /** First word line of each tile and the end (`tileBoundaries`); the tiles' partial sums are read one by one. */
  readonly boundaries: ArrayLike<number>;
  /** Converter of the inputs; ideal by default. The bias line has its own fixed driver. */
  readonly input?: Converter;
  /** Converter of every tile's partial sums; ideal by default. */
  readonly output?: Converter;
  /** What distinguishes the converters of the columns; all alike and perfect by default. */
  readonly columns?: ColumnConverters;
  /** Fresh noise of this read; none by default. */
  readonly readNoise?: ReadNoise;
}

/** Converters of single columns, [outputs] each: every column has its own, which serves all tiles and copies. */
export interface ColumnConverters {
  /** Range of a column's converter as a multiple of that of `output`. */
  readonly range?: Floats;
  /** Relative gain error. */
  readonly gainError?: Floats;
  /** Offset in weight units. */
  readonly offset?: Floats;
  /** Noise of a conversion in weight units, drawn anew each time. */
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
}

/** Entries that left a converter's range, out of how many. */
export interface Saturation {
  readonly inputs: number;
  readonly inputsOf: number;
  readonly outputs: number;
  readonly outputsOf: number;
}

/** Partial sums held at a time, so that they stay near the core. */
const CHUNK = 1 << 18;

/**
 * The linear part of a layer on hardware: out[S, N, outputs] from x ([N, inputs] shared or [S, N, inputs]) and the
 * effective weights [S, word lines, outputs] in weight units, bias line last. Inputs pass the DAC, every tile's
 * partial sums the ADC, partial sums are added as numbers; the activation is the caller's. `out`, `x` and `weights`
 * have one precision.
 */
export function forwardCopies(out: Floats, x: Floats, weights: Floats, drive: LayerDrive): Saturation {
  const output = drive.output ?? idealConverter;
  let saturated = 0;
  checkConverter(drive.input ?? idealConverter, 'hardware.input');
  checkConverter(output, 'hardware.output');
  const prepare = drive.columns && columnPreparation(out, drive.columns);
  let conversions = 0;
  const inputs = eachPartialSum(out, x, weights, drive, partial => {
    prepare?.before(partial, conversions);
    saturated += convert(partial, partial, output);
    prepare?.after(partial);
    conversions += partial.length;
  });
  return {
    inputs,
    inputsOf: (drive.input?.bits ?? null) === null ? 0 : x.length,
    outputs: saturated,
    outputsOf: output.bits === null ? 0 : out.length * (drive.boundaries.length - 1),
  };
}

/** Brings sums to the converter's range and puts its errors on, and takes them back to their units. */
function columnPreparation(out: Floats, { range, gainError, offset, noise }: ColumnConverters) {
  const ones = (values: Floats) => like(out, values.length).fill(1);
  const factor = gainError && ones(gainError);
  if (factor) kernels().axpy(factor, 1, as(factor, gainError));
  const shift = offset && as(out, offset);
  const scale = range && as(out, range);
  return {
    before(sums: Floats, first: number): void {
      if (factor) kernels().binary('multiply', sums, sums, factor);
      if (shift) kernels().axpy(sums, 1, shift);
      if (noise) kernels().axpy(sums, noise.std, fillNormal(noise.key, like(out, sums.length), first));
      if (scale) kernels().binary('divide', sums, sums, scale);
    },
    after(sums: Floats): void {
      if (scale) kernels().binary('multiply', sums, sums, scale);
    },
  };
}

export interface CalibrationOptions {
  /** Resolution of the inputs; null for ideal. */
  readonly inputBits: number | null;
  /** Resolution of the partial sums; null for ideal. */
  readonly outputBits: number | null;
  /** Share of the calibration values that the range covers; 1 (the largest) by default. */
  readonly share?: number;
  /** Each column has a range of its own, that of its largest partial sum; one range for all by default. */
  readonly perColumn?: boolean;
}

/**
 * Converters whose ranges fit a layer's inputs and partial sums on calibration data: arguments as for `forwardCopies`,
 * `out` receives the layer's linear part under the calibrated converters, so that the next layer can be calibrated
 * from it.
 */
export function calibrateConverters(
  out: Floats,
  x: Floats,
  weights: Floats,
  drive: LayerDrive,
  options: CalibrationOptions,
): { input: Converter; output: Converter; columns?: ColumnConverters } {
  const seen = new Magnitudes();
  seen.add(x);
  const input = seen.converter(options.inputBits, options.share);
  const sums = new Magnitudes();
  const largest = options.perColumn ? like(out, drive.outputs) : undefined;
  eachPartialSum(out, x, weights, { ...drive, input, output: undefined }, partial => {
    sums.add(partial);
    if (largest) growTo(largest, partial);
  });
  let output = sums.converter(options.outputBits, options.share);
  let columns = drive.columns;
  if (largest && output.bits !== null) {
    for (let j = 0; j < largest.length; j++) largest[j] ||= 1;
    columns = { ...columns, range: largest };
    output = { bits: output.bits, low: Math.sign(output.low), high: 1 };
  }
  if (output.bits !== null) forwardCopies(out, x, weights, { ...drive, input, output, columns });
  return { input, output, ...(columns ? { columns } : {}) };
}

/** Raises each column's entry to the largest magnitude among its partial sums. */
function growTo(largest: Floats, sums: Floats): void {
  const columns = largest.length;
  for (let at = 0; at < sums.length; at += columns) {
    for (let j = 0; j < columns; j++) largest[j] = Math.max(largest[j]!, Math.abs(sums[at + j]!));
  }
}

/** The numbers in the precision of `floats`. */
function as(floats: Floats, numbers: Floats): Floats {
  if (floats instanceof Float32Array) return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
  return numbers instanceof Float64Array ? numbers : Float64Array.from(numbers);
}

/** Computes partial sums piece by piece, lets `read` change them, and adds them to `out`; returns saturated inputs. */
function eachPartialSum(
  out: Floats,
  x: Floats,
  weights: Floats,
  drive: LayerDrive,
  read: (partial: Floats) => void,
): number {
  const { copies, count, inputs, outputs, bias, shared, boundaries, readNoise } = drive;
  const rows = inputs + (bias ? 1 : 0);
  const tiles = boundaries.length - 1;
  const pieceCount = Math.min(count, Math.max(1, Math.floor(CHUNK / outputs)));
  const pieceCopies = Math.min(copies, Math.max(1, Math.floor(CHUNK / (outputs * pieceCount))));
  const input = drive.input ?? idealConverter;
  const driven = input.bits === null ? x : like(x, x.length);
  const saturated = convert(driven, x, input);
  const whole = tiles === 1 && !bias;
  const lines = Math.max(...Array.from({ length: tiles }, (_, t) => boundaries[t + 1]! - boundaries[t]!));
  const gathered = like(out, whole ? 0 : (shared ? 1 : pieceCopies) * pieceCount * lines);
  const tileWeights = like(out, tiles === 1 ? 0 : pieceCopies * lines * outputs);
  const partial = like(out, pieceCopies * pieceCount * outputs);
  const noise = readNoise && noiseAdder(out, drive, readNoise, pieceCopies, pieceCount, lines);
  for (let n0 = 0; n0 < count; n0 += pieceCount) {
    const ns = Math.min(pieceCount, count - n0);
    for (let t = 0; t < tiles; t++) {
      const r0 = boundaries[t]!;
      const k = boundaries[t + 1]! - r0;
      for (let s0 = 0; s0 < copies; s0 += pieceCopies) {
        const ss = Math.min(pieceCopies, copies - s0);
        const vectors = shared ? 1 : ss;
        let a = gathered.subarray(0, vectors * ns * k);
        if (whole && (shared || ns === count)) {
          const from = ((shared ? 0 : s0) * count + n0) * inputs;
          a = driven.subarray(from, from + vectors * ns * k);
        } else if (!shared || s0 === 0) {
          for (let s = 0; s < vectors; s++) {
            gatherInputs(a, s * ns * k, driven, ((shared ? 0 : s0 + s) * count + n0) * inputs, ns, inputs, r0, k);
          }
        }
        const w = tileOf(tileWeights, weights, s0, ss, rows, r0, k, outputs);
        const first = (s0 * count + n0) * outputs;
        const direct = t === 0 && ns === count;
        const sums = direct ? out.subarray(first, first + ss * ns * outputs) : partial.subarray(0, ss * ns * outputs);
        kernels().product(sums, a, w, { m: ns, n: outputs, k, batch: ss, sharedA: shared });
        noise?.(sums, a, t, r0, k, s0, ss, n0, ns);
        read(sums);
        for (let s = 0; !direct && s < ss; s++) {
          const from = ((s0 + s) * count + n0) * outputs;
          const to = out.subarray(from, from + ns * outputs);
          const piece = sums.subarray(s * ns * outputs, (s + 1) * ns * outputs);
          if (t === 0) to.set(piece);
          else kernels().axpy(to, 1, piece);
        }
      }
    }
  }
  return saturated;
}

/** Adds the read noise of a piece to its partial sums. Every number of the noise has its own place in the stream. */
function noiseAdder(
  out: Floats,
  { copies, count, inputs, outputs, bias, shared }: LayerDrive,
  { key, variance, slot }: ReadNoise,
  pieceCopies: number,
  pieceCount: number,
  lines: number,
) {
  const rows = inputs + (bias ? 1 : 0);
  const squares = like(out, (shared ? 1 : pieceCopies) * pieceCount * lines);
  const tileVariance = like(out, lines === rows ? 0 : pieceCopies * lines * outputs);
  const spread = like(out, pieceCopies * pieceCount * outputs);
  return (
    sums: Floats,
    a: Floats,
    t: number,
    r0: number,
    k: number,
    s0: number,
    ss: number,
    n0: number,
    ns: number,
  ): void => {
    const square = squares.subarray(0, a.length);
    kernels().unary(slot === undefined ? 'square' : 'abs', square, a);
    if (slot !== undefined) kernels().scale(square, square, slot, 0);
    const v = tileOf(tileVariance, variance, s0, ss, rows, r0, k, outputs);
    kernels().product(spread.subarray(0, sums.length), square, v, { m: ns, n: outputs, k, batch: ss, sharedA: shared });
    for (let s = 0; s < ss; s++) {
      const from = s * ns * outputs;
      const to = sums.subarray(from, from + ns * outputs);
      const place = ((t * copies + s0 + s) * count + n0) * outputs;
      kernels().addNoise(to, spread.subarray(from, from + ns * outputs), key.word0, key.word1, place);
    }
  };
}

/** Word lines r0 … r0+k−1 of copies s0 … s0+ss−1, one after the other; in place where they are so already. */
function tileOf(
  buffer: Floats,
  weights: Floats,
  s0: number,
  ss: number,
  rows: number,
  r0: number,
  k: number,
  outputs: number,
): Floats {
  if (k === rows) return weights.subarray(s0 * rows * outputs, (s0 + ss) * rows * outputs);
  for (let s = 0; s < ss; s++) {
    const from = ((s0 + s) * rows + r0) * outputs;
    buffer.set(weights.subarray(from, from + k * outputs), s * k * outputs);
  }
  return buffer.subarray(0, ss * k * outputs);
}

function like(floats: Floats, length: number): Floats {
  return floats instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

/** Copies word lines r0 … r0+k−1 of `count` input vectors; a line past the inputs is the bias line and reads 1. */
function gatherInputs(
  to: Floats,
  at: number,
  x: Floats,
  from: number,
  count: number,
  inputs: number,
  r0: number,
  k: number,
): void {
  const taken = Math.min(k, inputs - r0);
  for (let i = 0; i < count; i++) {
    const source = from + i * inputs + r0;
    const target = at + i * k;
    for (let r = 0; r < taken; r++) to[target + r] = x[source + r]!;
    for (let r = Math.max(0, taken); r < k; r++) to[target + r] = 1;
  }
}

import { type Floats, kernels } from '../kernels/index.ts';
import { type Converter, convert, idealConverter, Magnitudes } from './converters.ts';

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
}

/** Entries that left a converter's range, out of how many. */
export interface Saturation {
  readonly inputs: number;
  readonly inputsOf: number;
  readonly outputs: number;
  readonly outputsOf: number;
}

/** Partial sums held at a time, so that they stay near the core. */
const CHUNK = 1 << 20;

/**
 * The linear part of a layer on hardware: out[S, N, outputs] from x ([N, inputs] shared or [S, N, inputs]) and the
 * effective weights [S, word lines, outputs] in weight units, bias line last. Inputs pass the DAC, every tile's
 * partial sums the ADC, partial sums are added as numbers; the activation is the caller's. `out`, `x` and `weights`
 * have one precision.
 */
export function forwardCopies(out: Floats, x: Floats, weights: Floats, drive: LayerDrive): Saturation {
  const output = drive.output ?? idealConverter;
  let saturated = 0;
  const inputs = eachPartialSum(out, x, weights, drive, partial => {
    saturated += convert(partial, partial, output);
  });
  return {
    inputs,
    inputsOf: (drive.input?.bits ?? null) === null ? 0 : x.length,
    outputs: saturated,
    outputsOf: output.bits === null ? 0 : out.length * (drive.boundaries.length - 1),
  };
}

export interface CalibrationOptions {
  /** Resolution of the inputs; null for ideal. */
  readonly inputBits: number | null;
  /** Resolution of the partial sums; null for ideal. */
  readonly outputBits: number | null;
  /** Share of the calibration values that the range covers; 1 (the largest) by default. */
  readonly share?: number;
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
): { input: Converter; output: Converter } {
  const seen = new Magnitudes();
  seen.add(x);
  const input = seen.converter(options.inputBits, options.share);
  const sums = new Magnitudes();
  eachPartialSum(out, x, weights, { ...drive, input, output: undefined }, partial => sums.add(partial));
  const output = sums.converter(options.outputBits, options.share);
  if (output.bits !== null) forwardCopies(out, x, weights, { ...drive, input, output });
  return { input, output };
}

/** Computes partial sums piece by piece, lets `read` change them, and adds them to `out`; returns saturated inputs. */
function eachPartialSum(
  out: Floats,
  x: Floats,
  weights: Floats,
  drive: LayerDrive,
  read: (partial: Floats) => void,
): number {
  const { copies, count, inputs, outputs, bias, shared, boundaries } = drive;
  const rows = inputs + (bias ? 1 : 0);
  const tiles = boundaries.length - 1;
  const make = (length: number): Floats =>
    out instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  const pieceCount = Math.min(count, Math.max(1, Math.floor(CHUNK / outputs)));
  const pieceCopies = Math.min(copies, Math.max(1, Math.floor(CHUNK / (outputs * pieceCount))));
  const quantised = make(x.length);
  const saturated = convert(quantised, x, drive.input ?? idealConverter);
  const tileRows = Math.max(...Array.from({ length: tiles }, (_, t) => boundaries[t + 1]! - boundaries[t]!));
  const driven = make((shared ? 1 : pieceCopies) * pieceCount * tileRows);
  const tileWeights = tiles === 1 ? weights : make(pieceCopies * tileRows * outputs);
  const partial = make(pieceCopies * pieceCount * outputs);
  out.fill(0);
  for (let n0 = 0; n0 < count; n0 += pieceCount) {
    const ns = Math.min(pieceCount, count - n0);
    for (let t = 0; t < tiles; t++) {
      const r0 = boundaries[t]!;
      const k = boundaries[t + 1]! - r0;
      if (shared) gatherInputs(driven, 0, quantised, n0 * inputs, ns, inputs, r0, k);
      for (let s0 = 0; s0 < copies; s0 += pieceCopies) {
        const ss = Math.min(pieceCopies, copies - s0);
        if (!shared) {
          for (let s = 0; s < ss; s++) {
            gatherInputs(driven, s * ns * k, quantised, ((s0 + s) * count + n0) * inputs, ns, inputs, r0, k);
          }
        }
        let w = weights.subarray(s0 * rows * outputs, (s0 + ss) * rows * outputs);
        if (tiles > 1) {
          for (let s = 0; s < ss; s++) {
            const from = ((s0 + s) * rows + r0) * outputs;
            tileWeights.set(weights.subarray(from, from + k * outputs), s * k * outputs);
          }
          w = tileWeights.subarray(0, ss * k * outputs);
        }
        const sums = partial.subarray(0, ss * ns * outputs);
        const a = driven.subarray(0, (shared ? 1 : ss) * ns * k);
        kernels().product(sums, a, w, { m: ns, n: outputs, k, batch: ss, sharedA: shared });
        read(sums);
        for (let s = 0; s < ss; s++) {
          const from = ((s0 + s) * count + n0) * outputs;
          kernels().axpy(
            out.subarray(from, from + ns * outputs),
            1,
            sums.subarray(s * ns * outputs, (s + 1) * ns * outputs),
          );
        }
      }
    }
  }
  return saturated;
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

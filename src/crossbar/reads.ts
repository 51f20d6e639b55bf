import { type Floats, kernels } from '../kernels/index.ts';
import { fillNormal, fillUniform, fold, type Key } from '../random/index.ts';
import { type Converter, convert, idealConverter } from './converters.ts';

/** One programmed matrix under one batch of inputs, read again and again. */
export interface RepeatedReads {
  /** Reads, M. */
  readonly reads: number;
  /** Input vectors, N. */
  readonly count: number;
  /** Word lines, bias line included. */
  readonly rows: number;
  readonly outputs: number;
  /**
   * Share of the read variance that two reads `lag` reads apart have in common, 1 at lag 0; independent reads where
   * absent.
   */
  readonly correlation?: (lag: number) => number;
  /** Converter of the outputs; ideal by default. */
  readonly output?: Converter;
}

/** Numbers of one piece of the noise: all reads of so many outputs. */
const PIECE = 1 << 15;

/**
 * M reads of the same inputs from the same cells: out[M, N, outputs] from x [N, word lines] (already converted, bias
 * line included), weights and variance [word lines, outputs]. The product and its variance are computed once; each
 * read adds its noise, with the memory that the cells' own noise has: exact for independent Gaussian cells that share
 * one correlation. Returns how many outputs left the converter's range.
 */
export function readRepeatedly(
  key: Key,
  out: Floats,
  x: Floats,
  weights: Floats,
  variance: Floats,
  { reads, count, rows, outputs, correlation, output = idealConverter }: RepeatedReads,
): number {
  const total = count * outputs;
  const like = (length: number): Floats =>
    out instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  const mean = like(total);
  const std = like(total);
  const squares = like(x.length);
  const shape = { m: count, n: outputs, k: rows };
  kernels().product(mean, x, weights, shape);
  kernels().unary('square', squares, x);
  kernels().product(std, squares, variance, shape);
  kernels().unary('sqrt', std, std);
  const mixing = correlation && like(reads * reads);
  mixing?.set(readMixing(reads, correlation!));
  const piece = Math.min(total, Math.max(1, Math.floor(PIECE / reads)) + 1);
  const fresh = like(reads * piece);
  const mixed = mixing ? like(reads * piece) : fresh;
  for (let from = 0; from < total; from += piece) {
    const width = Math.min(piece, total - from);
    const z = fresh.subarray(0, reads * width);
    for (let r = 0; r < reads; r++) fillNormal(key, z.subarray(r * width, (r + 1) * width), r * total + from);
    const noise = mixed.subarray(0, reads * width);
    if (mixing) kernels().product(noise, mixing, z, { m: reads, n: width, k: reads });
    for (let r = 0; r < reads; r++) {
      const to = out.subarray(r * total + from, r * total + from + width);
      kernels().binary('multiply', to, noise.subarray(r * width, (r + 1) * width), std.subarray(from, from + width));
      kernels().axpy(to, 1, mean.subarray(from, from + width));
    }
  }
  return convert(out, out, output);
}

/** Lower Cholesky factor [M, M] of ρ(|i − j|), which turns independent noise into that of M successive reads. */
export function readMixing(reads: number, correlation: (lag: number) => number): Float64Array {
  const rho = Float64Array.from({ length: reads }, (_, lag) => (lag === 0 ? 1 : correlation(lag)));
  const lower = new Float64Array(reads * reads);
  for (let i = 0; i < reads; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = rho[i - j]!;
      for (let k = 0; k < j; k++) rest -= lower[i * reads + k]! * lower[j * reads + k]!;
      if (i > j) lower[i * reads + j] = lower[j * reads + j]! > 0 ? rest / lower[j * reads + j]! : 0;
      else lower[i * reads + i] = Math.sqrt(Math.max(rest, 0));
    }
  }
  return lower;
}

/** Distributions of one cell's read noise, of mean 0 and variance 1. */
export type NoiseShape = 'normal' | 'laplace';

/**
 * One read with the noise drawn cell by cell and input by input: out[N, outputs], arguments as for `readRepeatedly`.
 * The definition that noise at the output is checked against, and the way for noise that is not Gaussian.
 */
export function readCellByCell(
  key: Key,
  out: Floats,
  x: Floats,
  weights: Floats,
  variance: Floats,
  { count, rows, outputs, shape }: { count: number; rows: number; outputs: number; shape: NoiseShape },
): void {
  const cells = weights.length;
  const noise = new Float64Array(cells);
  const std = Float64Array.from(variance, Math.sqrt);
  out.fill(0);
  for (let n = 0; n < count; n++) {
    if (shape === 'normal') fillNormal(key, noise, n * cells);
    else laplace(fold(key, 'laplace'), noise, n * cells);
    for (let r = 0; r < rows; r++) {
      const drive = x[n * rows + r]!;
      for (let j = 0; j < outputs; j++) {
        const cell = r * outputs + j;
        out[n * outputs + j]! += drive * (weights[cell]! + std[cell]! * noise[cell]!);
      }
    }
  }
}

function laplace(key: Key, out: Float64Array, offset: number): void {
  fillUniform(key, out, offset);
  for (let i = 0; i < out.length; i++) {
    const u = out[i]! - 0.5;
    out[i] = -Math.sign(u) * Math.SQRT1_2 * Math.log1p(-2 * Math.abs(u));
  }
}

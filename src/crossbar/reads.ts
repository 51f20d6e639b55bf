import type { Floats } from '../kernels/index.ts';
import { fillNormal, fillUniform, fold, type Key } from '../random/index.ts';
import type { Converter } from './converters.ts';
import { forwardCopies } from './forward.ts';

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
  { reads, count, rows, outputs, correlation, output }: RepeatedReads,
): number {
  const mixing = correlation && readMixing(reads, correlation);
  const drive = { copies: reads, count, inputs: rows, outputs, bias: false, shared: true, boundaries: [0, rows] };
  const readNoise = {
    key,
    variance,
    ...(mixing && { mixing: out instanceof Float32Array ? Float32Array.from(mixing) : mixing }),
  };
  return forwardCopies(out, x, weights, { ...drive, sameWeights: true, output, readNoise }).outputs;
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

import { type Bf16Shape, type Floats, kernels } from '../kernels/index.ts';
import { fillNormal, type Key } from '../random/index.ts';
import { convert, idealConverter } from './converters.ts';
import type { LayerDrive, ProductPrecision, ReadNoise } from './drive.ts';

/** Partial sums held at a time, so that they stay near the core. */
const CHUNK = 1 << 20;

/** Computes partial sums piece by piece, lets `read` change them, and adds them to `out`; returns saturated inputs. */
export function eachPartialSum(
  out: Floats,
  x: Floats,
  weights: Floats,
  drive: LayerDrive,
  read: (partial: Floats) => void,
): number {
  const { copies, count, inputs, outputs, bias, shared, sameWeights = false, boundaries, readNoise, precision } = drive;
  const rows = inputs + (bias ? 1 : 0);
  const tiles = boundaries.length - 1;
  // Noise with memory mixes the reads, so that all of them must lie in one piece.
  const together = readNoise?.mixing ? copies : 1;
  const pieceCount = Math.min(count, Math.max(1, Math.floor(CHUNK / (outputs * together))));
  const pieceCopies = Math.min(copies, Math.max(together, Math.floor(CHUNK / (outputs * pieceCount)), 1));
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
        const w = tileOf(tileWeights, weights, sameWeights ? 0 : s0, sameWeights ? 1 : ss, rows, r0, k, outputs);
        const first = (s0 * count + n0) * outputs;
        const direct = t === 0 && ns === count;
        const sums = direct ? out.subarray(first, first + ss * ns * outputs) : partial.subarray(0, ss * ns * outputs);
        productOfReads(sums, a, w, ns, outputs, k, ss, shared, sameWeights, precision);
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
  { copies, count, inputs, outputs, bias, shared, sameWeights = false, precision }: LayerDrive,
  { key, variance, slot, mixing }: ReadNoise,
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
    const v = tileOf(tileVariance, variance, sameWeights ? 0 : s0, sameWeights ? 1 : ss, rows, r0, k, outputs);
    const variances = spread.subarray(0, sums.length);
    productOfReads(variances, square, v, ns, outputs, k, ss, shared, sameWeights, precision);
    if (mixing) {
      addMixedNoise(sums, variances, mixing, key, ss, (t * count + n0) * outputs * copies);
      return;
    }
    for (let s = 0; s < ss; s++) {
      const from = s * ns * outputs;
      const to = sums.subarray(from, from + ns * outputs);
      const place = ((t * copies + s0 + s) * count + n0) * outputs;
      kernels().addNoise(to, null, spread.subarray(from, from + ns * outputs), key.word0, key.word1, place);
    }
  };
}

/** sums[ss, ns, outputs]: one matrix per copy, or one for all; where inputs and matrix are the same, computed once. */
function productOfReads(
  sums: Floats,
  a: Floats,
  w: Floats,
  ns: number,
  outputs: number,
  k: number,
  ss: number,
  shared: boolean,
  sameWeights: boolean,
  precision: ProductPrecision = 'single',
): void {
  const shape = { m: ns, n: outputs, k };
  if (!(shared && sameWeights)) {
    multiply(sums, a, w, { ...shape, batch: ss, sharedA: shared, sharedB: sameWeights }, precision);
    return;
  }
  const length = ns * outputs;
  multiply(sums.subarray(0, length), a, w, shape, precision);
  for (let s = 1; s < ss; s++) sums.copyWithin(s * length, 0, length);
}

function multiply(c: Floats, a: Floats, b: Floats, shape: Bf16Shape, precision: ProductPrecision): void {
  if (precision === 'single') kernels().product(c, a, b, shape);
  else if (c instanceof Float32Array && a instanceof Float32Array && b instanceof Float32Array) {
    kernels().productBf16(c, a, b, shape);
  } else throw new Error('internal: bf16 products are of single-precision arrays');
}

/** Adds noise whose reads share what `mixing`, a factor of their correlations, says; from `place` of the stream. */
function addMixedNoise(sums: Floats, variances: Floats, mixing: Floats, key: Key, reads: number, place: number): void {
  const fresh = fillNormal(key, like(sums, sums.length), place);
  const mixed = like(sums, sums.length);
  kernels().product(mixed, mixing, fresh, { m: reads, n: sums.length / reads, k: reads });
  kernels().unary('sqrt', variances, variances);
  kernels().binary('multiply', mixed, mixed, variances);
  kernels().axpy(sums, 1, mixed);
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
  const from = (s0 * rows + r0) * outputs;
  if (k === rows || ss === 1) return weights.subarray(from, from + ss * k * outputs);
  for (let s = 0; s < ss; s++) {
    const start = from + s * rows * outputs;
    buffer.set(weights.subarray(start, start + k * outputs), s * k * outputs);
  }
  return buffer.subarray(0, ss * k * outputs);
}

/** An array of the same precision. */
export function like(floats: Floats, length: number): Floats {
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

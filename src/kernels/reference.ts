import { roundedToBf16 } from './bf16.ts';
import { convolve, convolveGradient } from './convolution.ts';
import { crossbarPorts, crossbarPotentials } from './crossbar.ts';
import { softmaxNetwork } from './dense.ts';
import {
  gaussianAdam,
  realise,
  realiseGradient,
  scaleMoments,
  scaleMomentsGradient,
  technologicalLoss,
} from './gaussian-weights.ts';
import type {
  Activation,
  AdamOptions,
  Bf16Shape,
  BinaryOperation,
  Floats,
  Kernels,
  ProductShape,
  UnaryOperation,
} from './kernels.ts';
import { patches } from './patches.ts';
import { philox } from './philox.ts';
import { pool, poolGradient } from './pool.ts';
import { addNoiseRows, normalAt, normalRows, uniformAt, uniformRows } from './rows.ts';
import { slicedProduct } from './sliced.ts';

/** The readable definition of every kernel, in plain TypeScript: works everywhere, and is what `native` is checked against. */
export const reference: Kernels = {
  name: 'reference',
  instructions: 'TypeScript',
  detail: 'TypeScript, 1 thread',
  setThreads() {},
  product,
  productBf16,
  affine,
  unary,
  binary,
  axpy,
  scale,
  activationGradient,
  sum,
  dot,
  range,
  sumRows,
  normalise,
  logSoftmax,
  softmaxCrossEntropy,
  softmaxNetwork: (gradient, weights, inputs, labels, shape) =>
    softmaxNetwork(gradient, weights, inputs, labels, shape, activations[shape.hidden], slopes[shape.hidden]),
  adam,
  gaussianAdam,
  realise,
  realiseGradient,
  scaleMoments,
  scaleMomentsGradient,
  technologicalLoss,
  quantise,
  clampGradient,
  tabulate,
  scatter,
  randomWords,
  uniform,
  normal,
  addNoise,
  uniformRows,
  normalRows,
  addNoiseRows,
  uniformAt,
  normalAt,
  driveTiles,
  crossbarPorts,
  crossbarPotentials,
  patches,
  convolve: (y, x, w, bias, count, shape, activation) => convolve(y, x, w, bias, count, shape, activations[activation]),
  convolveGradient: (dx, dw, db, dy, y, x, w, count, shape, activation) => {
    const slope = y.slice().fill(0);
    activationGradient(slope, dy, y, activation);
    convolveGradient(dx, dw, db, slope, x, w, count, shape);
  },
  pool,
  poolGradient,
  slicedProduct,
};

function product(c: Floats, a: Floats, b: Floats, shape: ProductShape): void {
  const { m, n, k, batch = 1, transposeA = false, transposeB = false, sharedA = false, sharedB = false } = shape;
  if (!shape.accumulate) c.fill(0, 0, batch * m * n);
  for (let s = 0; s < batch; s++) {
    const atA = sharedA ? 0 : s * m * k;
    const atB = sharedB ? 0 : s * k * n;
    const atC = s * m * n;
    if (transposeB) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let total = 0;
          for (let l = 0; l < k; l++) total += a[atA + (transposeA ? l * m + i : i * k + l)]! * b[atB + j * k + l]!;
          c[atC + i * n + j]! += total;
        }
      }
      continue;
    }
    for (let i = 0; i < m; i++) {
      const row = atC + i * n;
      for (let l = 0; l < k; l++) {
        const factor = a[atA + (transposeA ? l * m + i : i * k + l)]!;
        const from = atB + l * n;
        for (let j = 0; j < n; j++) c[row + j]! += factor * b[from + j]!;
      }
    }
  }
}

function productBf16(c: Float32Array, a: Float32Array, b: Float32Array, shape: Bf16Shape): void {
  product(c, roundedToBf16(a), roundedToBf16(b), shape);
}

const activations: Readonly<Record<Activation, (x: number) => number>> = {
  linear: x => x,
  relu: x => Math.max(x, 0),
  tanh: Math.tanh,
  hardtanh: x => Math.min(1, Math.max(-1, x)),
};

function affine(
  y: Floats,
  x: Floats,
  w: Floats,
  bias: Floats | null,
  m: number,
  n: number,
  k: number,
  activation: Activation,
): void {
  product(y, x, w, { m, n, k });
  if (bias) axpy(y, 1, bias);
  if (activation !== 'linear') unary(activation, y, y);
}

const unaries: Readonly<Record<UnaryOperation, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  square: x => x * x,
  reciprocal: x => 1 / x,
  negate: x => -x,
  abs: Math.abs,
  softplus: x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sigmoid: x => 1 / (1 + Math.exp(-x)),
  relu: activations.relu,
  tanh: activations.tanh,
  hardtanh: activations.hardtanh,
};

function unary(operation: UnaryOperation, y: Floats, x: Floats): void {
  const f = unaries[operation];
  for (let i = 0; i < y.length; i++) y[i] = f(x[i]!);
}

function binary(operation: BinaryOperation, y: Floats, a: Floats, b: Floats): void {
  const period = b.length;
  for (let from = 0; from < y.length; from += period) {
    if (operation === 'add') for (let j = 0; j < period; j++) y[from + j] = a[from + j]! + b[j]!;
    else if (operation === 'subtract') for (let j = 0; j < period; j++) y[from + j] = a[from + j]! - b[j]!;
    else if (operation === 'multiply') for (let j = 0; j < period; j++) y[from + j] = a[from + j]! * b[j]!;
    else for (let j = 0; j < period; j++) y[from + j] = a[from + j]! / b[j]!;
  }
}

function axpy(y: Floats, alpha: number, x: Floats): void {
  const period = x.length;
  for (let from = 0; from < y.length; from += period) {
    for (let j = 0; j < period; j++) y[from + j]! += alpha * x[j]!;
  }
}

function scale(y: Floats, x: Floats, alpha: number, beta: number): void {
  for (let i = 0; i < y.length; i++) y[i] = alpha * x[i]! + beta;
}

const slopes: Readonly<Record<Activation, (y: number) => number>> = {
  linear: () => 1,
  relu: y => (y > 0 ? 1 : 0),
  tanh: y => 1 - y * y,
  hardtanh: y => (y > -1 && y < 1 ? 1 : 0),
};

function activationGradient(dx: Floats, dy: Floats, y: Floats, activation: Activation): void {
  const slope = slopes[activation];
  for (let i = 0; i < dx.length; i++) dx[i]! += dy[i]! * slope(y[i]!);
}

function sum(x: Floats): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]!;
  return total;
}

function dot(a: Floats, b: Floats): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function range(out: Floats, x: Floats): void {
  out[0] = Number.POSITIVE_INFINITY;
  out[1] = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    if (x[i]! < out[0]!) out[0] = x[i]!;
    if (x[i]! > out[1]!) out[1] = x[i]!;
  }
}

function sumRows(out: Floats, x: Floats, m: number, n: number, accumulate: boolean): void {
  if (!accumulate) out.fill(0, 0, n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j]! += x[i * n + j]!;
}

function normalise(y: Floats, inverse: Floats | null, x: Floats, length: number, epsilon: number): void {
  for (let from = 0, run = 0; from < y.length; from += length, run++) {
    const end = from + length;
    const mean = sum(x.subarray(from, end)) / length;
    let variance = 0;
    for (let i = from; i < end; i++) variance += (x[i]! - mean) ** 2;
    const factor = 1 / Math.sqrt(variance / length + epsilon);
    for (let i = from; i < end; i++) y[i] = (x[i]! - mean) * factor;
    if (inverse) inverse[run] = factor;
  }
}

function logSoftmax(out: Floats, x: Floats, m: number, n: number): void {
  for (let i = 0; i < m; i++) {
    const at = i * n;
    let top = x[at]!;
    for (let j = 1; j < n; j++) if (x[at + j]! > top) top = x[at + j]!;
    let total = 0;
    for (let j = 0; j < n; j++) total += Math.exp(x[at + j]! - top);
    const logTotal = Math.log(total);
    for (let j = 0; j < n; j++) out[at + j] = x[at + j]! - top - logTotal;
  }
}

function softmaxCrossEntropy(
  gradient: Floats | null,
  logits: Floats,
  labels: Int32Array,
  m: number,
  n: number,
): number {
  let loss = 0;
  for (let i = 0; i < m; i++) {
    const at = i * n;
    let top = logits[at]!;
    for (let j = 1; j < n; j++) if (logits[at + j]! > top) top = logits[at + j]!;
    let total = 0;
    for (let j = 0; j < n; j++) total += Math.exp(logits[at + j]! - top);
    const logTotal = Math.log(total);
    loss += top - logits[at + labels[i]!]! + logTotal;
    if (!gradient) continue;
    for (let j = 0; j < n; j++) gradient[at + j] = Math.exp(logits[at + j]! - top - logTotal);
    gradient[at + labels[i]!]! -= 1;
  }
  return loss;
}

function adam(w: Floats, g: Floats, first: Floats, second: Floats, options: AdamOptions): void {
  const { rate, beta1, beta2, epsilon, step } = options;
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  for (let i = 0; i < w.length; i++) {
    first[i] = beta1 * first[i]! + (1 - beta1) * g[i]!;
    second[i] = beta2 * second[i]! + (1 - beta2) * g[i]! * g[i]!;
    w[i]! -= (rate * (first[i]! / correction1)) / (Math.sqrt(second[i]! / correction2) + epsilon);
  }
}

function roundToEven(x: number): number {
  const lower = Math.floor(x);
  const rest = x - lower;
  if (rest !== 0.5) return rest < 0.5 ? lower : lower + 1;
  return lower % 2 === 0 ? lower : lower + 1;
}

function quantise(y: Floats, x: Floats, step: number, low: number, high: number): number {
  let outside = 0;
  const perStep = 1 / step;
  for (let i = 0; i < y.length; i++) {
    const value = x[i]!;
    if (value < low || value > high) outside++;
    const inside = Math.min(high, Math.max(low, value));
    y[i] = step > 0 ? low + step * roundToEven((inside - low) * perStep) : inside;
  }
  return outside;
}

function driveTiles(
  y: Floats,
  x: Floats,
  m: number,
  n: number,
  boundaries: Int32Array,
  step: number,
  low: number,
  high: number,
): number {
  let outside = 0;
  for (let t = 0; t + 1 < boundaries.length; t++) {
    const first = boundaries[t]!;
    const end = boundaries[t + 1]!;
    for (let i = 0; i < m; i++) {
      const to = m * first + i * (end - first);
      const taken = Math.max(0, Math.min(end, n) - first);
      const from = i * n + first;
      outside += quantise(y.subarray(to, to + taken), x.subarray(from, from + taken), step, low, high);
      if (taken < end - first) y[to + taken] = 1;
    }
  }
  return outside;
}

function clampGradient(dx: Floats, dy: Floats, x: Floats, low: number, high: number): void {
  for (let i = 0; i < dx.length; i++) if (x[i]! >= low && x[i]! <= high) dx[i]! += dy[i]!;
}

function tabulate(y: Floats, dydx: Floats | null, x: Floats, table: Floats, low: number, high: number): void {
  const density = (table.length - 1) / (high - low);
  for (let i = 0; i < y.length; i++) {
    const value = x[i]!;
    const position = (Math.min(high, Math.max(low, value)) - low) * density;
    const segment = Math.min(table.length - 2, Math.floor(position)) || 0;
    const rise = table[segment + 1]! - table[segment]!;
    y[i] = table[segment]! + (position - segment) * rise;
    if (dydx) dydx[i] = value >= low && value <= high ? rise * density : 0;
  }
}

function scatter(y: Floats, z: Floats, x: Floats, mean: Floats | null, std: Floats, low: number, high: number): void {
  const [centre, spread] = [x.slice(), x.slice()];
  if (mean) tabulate(centre, null, x, mean, low, high);
  tabulate(spread, null, x, std, low, high);
  for (let i = 0; i < y.length; i++) y[i] = centre[i]! + spread[i]! * z[i]!;
}

function randomWords(out: Uint32Array, key0: number, key1: number, offset: number): void {
  const block = new Uint32Array(4);
  let current = -1;
  for (let i = 0; i < out.length; i++) {
    const word = offset + i;
    const index = Math.floor(word / 4);
    if (index !== current) {
      philox(block, 0, index >>> 0, Math.floor(index / 2 ** 32), 0, 0, key0, key1);
      current = index;
    }
    out[i] = block[word % 4]!;
  }
}

/** Words drawn at a time for fills, a multiple of four. */
const chunk = 1024;

function uniform(out: Floats, key0: number, key1: number, offset: number): void {
  const words = new Uint32Array(chunk);
  const perElement = out instanceof Float32Array ? 1 : 2;
  for (let from = 0; from < out.length; from += chunk / perElement) {
    const count = Math.min(chunk / perElement, out.length - from);
    randomWords(words.subarray(0, count * perElement), key0, key1, (offset + from) * perElement);
    if (perElement === 1) for (let i = 0; i < count; i++) out[from + i] = ((words[i]! >>> 9) + 0.5) * 2 ** -23;
    else
      for (let i = 0; i < count; i++) {
        out[from + i] = ((words[2 * i]! >>> 6) * 2 ** 26 + (words[2 * i + 1]! >>> 6) + 0.5) * 2 ** -52;
      }
  }
}

function normal(out: Floats, key0: number, key1: number, offset: number): void {
  const first = offset - (offset % 2);
  const pairs = out instanceof Float32Array ? new Float32Array(chunk) : new Float64Array(chunk);
  for (let from = first; from < offset + out.length; from += chunk) {
    const end = Math.min(chunk, offset + out.length - from);
    uniform(pairs.subarray(0, end + (end % 2)), key0, key1, from);
    for (let i = 0; i < end; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(pairs[i]!));
      const angle = 2 * Math.PI * pairs[i + 1]!;
      const at = from + i - offset;
      if (at >= 0) out[at] = radius * Math.cos(angle);
      if (at + 1 < out.length) out[at + 1] = radius * Math.sin(angle);
    }
  }
}

function addNoise(y: Floats, slope: Floats | null, variance: Floats, key0: number, key1: number, offset: number): void {
  const normals = y instanceof Float32Array ? new Float32Array(chunk) : new Float64Array(chunk);
  for (let from = 0; from < y.length; from += chunk) {
    const count = Math.min(chunk, y.length - from);
    normal(normals.subarray(0, count), key0, key1, offset + from);
    for (let i = 0; i < count; i++) {
      const std = Math.sqrt(variance[from + i]!);
      y[from + i]! += std * normals[i]!;
      if (slope) slope[from + i] = std > 0 ? normals[i]! / (2 * std) : 0;
    }
  }
}

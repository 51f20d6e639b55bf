// Kernels that work on each number by itself. Arrays begin on a vector's boundary and have room for a whole last vector.

import { exponential, hyperbolicTangent, lanes, logarithm, sigmoid, softplus } from './math';

// @ts-ignore: decorator
@inline
function relu<T>(x: v128): v128 {
  return v128.andnot(x, v128.le<T>(x, v128.splat<T>(<T>0)));
}

// @ts-ignore: decorator
@inline
function hardTanh<T>(x: v128): v128 {
  const one = v128.splat<T>(<T>1);
  const least = v128.splat<T>(<T>-1);
  const above = v128.bitselect(least, x, v128.lt<T>(x, least));
  return v128.bitselect(one, above, v128.gt<T>(above, one));
}

/** y = operation(x), the operations in the order of `unaryCodes`. */
function unary<T>(operation: i32, y: usize, x: usize, n: usize): void {
  const end = x + n * sizeof<T>();
  switch (operation) {
    case 0:
      for (; x < end; x += 16, y += 16) v128.store(y, exponential<T>(v128.load(x)));
      break;
    case 1:
      for (; x < end; x += 16, y += 16) v128.store(y, logarithm<T>(v128.load(x)));
      break;
    case 2:
      for (; x < end; x += 16, y += 16) v128.store(y, v128.sqrt<T>(v128.load(x)));
      break;
    case 3:
      for (; x < end; x += 16, y += 16) v128.store(y, v128.mul<T>(v128.load(x), v128.load(x)));
      break;
    case 4:
      for (; x < end; x += 16, y += 16) v128.store(y, v128.div<T>(v128.splat<T>(<T>1), v128.load(x)));
      break;
    case 5:
      for (; x < end; x += 16, y += 16) v128.store(y, v128.neg<T>(v128.load(x)));
      break;
    case 6:
      for (; x < end; x += 16, y += 16) v128.store(y, v128.abs<T>(v128.load(x)));
      break;
    case 7:
      for (; x < end; x += 16, y += 16) v128.store(y, softplus<T>(v128.load(x)));
      break;
    case 8:
      for (; x < end; x += 16, y += 16) v128.store(y, sigmoid<T>(v128.load(x)));
      break;
    case 9:
      for (; x < end; x += 16, y += 16) v128.store(y, relu<T>(v128.load(x)));
      break;
    case 10:
      for (; x < end; x += 16, y += 16) v128.store(y, hyperbolicTangent<T>(v128.load(x)));
      break;
    default:
      for (; x < end; x += 16, y += 16) v128.store(y, hardTanh<T>(v128.load(x)));
  }
}

export function unarySingle(operation: i32, y: usize, x: usize, n: usize): void {
  unary<f32>(operation, y, x, n);
}

export function unaryDouble(operation: i32, y: usize, x: usize, n: usize): void {
  unary<f64>(operation, y, x, n);
}

/** Linear, relu, tanh, hardtanh, in the order of `activationCodes`. */
// @ts-ignore: decorator
@inline
function activate<T>(activation: i32, x: v128): v128 {
  if (activation == 0) return x;
  if (activation == 1) return relu<T>(x);
  if (activation == 2) return hyperbolicTangent<T>(x);
  return hardTanh<T>(x);
}

/** Vectors that a short array is repeated to, so that loops over it are long. */
const LONG: usize = 64 * 16;

/**
 * Repeats the n numbers at `at` until they fill whole vectors, many of them where they are few; returns the bytes after
 * which they begin anew. There must be room for n vectors and for `LONG` bytes more.
 */
export function repeat<T>(at: usize, n: usize): usize {
  const row = n * sizeof<T>();
  const whole = row % 16 == 0 ? row : row * lanes<T>();
  const period = whole >= LONG ? whole : whole * (1 + LONG / whole);
  for (let filled = row; filled < period; filled += row) memory.copy(at + filled, at, row);
  return period;
}

/** c = activation(c). */
export function activateAll<T>(c: usize, count: usize, activation: i32): void {
  for (const end = c + count * sizeof<T>(); c < end; c += 16) {
    v128.store(c, activate<T>(activation, v128.load(c)));
  }
}

/** c = activation(c + bias), the bias [n] repeated (`repeat` says how much room it needs) and null where there is none. */
function finish<T>(c: usize, count: usize, bias: usize, n: usize, activation: i32): void {
  if (bias == 0) return activateAll<T>(c, count, activation);
  const end = c + count * sizeof<T>();
  const period = repeat<T>(bias, n);
  while (c < end) {
    const stop = min(c + period, end);
    for (let b = bias; c < stop; c += 16, b += 16) {
      v128.store(c, activate<T>(activation, v128.add<T>(v128.load(c), v128.load(b))));
    }
  }
}

export function finishSingle(c: usize, count: usize, bias: usize, n: usize, activation: i32): void {
  finish<f32>(c, count, bias, n, activation);
}

export function finishDouble(c: usize, count: usize, bias: usize, n: usize, activation: i32): void {
  finish<f64>(c, count, bias, n, activation);
}

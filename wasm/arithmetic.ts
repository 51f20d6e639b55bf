// Arithmetic of arrays, one operand of which may be repeated. What is rounded once in the definition is rounded once here,
// so that the bits are the reference's.

import { repeat } from './elementwise';

export const ADD: i32 = 0;
export const SUBTRACT: i32 = 1;
export const MULTIPLY: i32 = 2;
export const DIVIDE: i32 = 3;

// @ts-ignore: decorator
@inline
function combined<T>(operation: i32, a: v128, b: v128): v128 {
  if (operation == ADD) return v128.add<T>(a, b);
  if (operation == SUBTRACT) return v128.sub<T>(a, b);
  if (operation == MULTIPLY) return v128.mul<T>(a, b);
  return v128.div<T>(a, b);
}

// @ts-ignore: decorator
@inline
function combine<T>(operation: i32, y: usize, n: usize, b: usize, period: usize): void {
  for (const end = y + n * sizeof<T>(); y < end; ) {
    const stop = min(y + period, end);
    for (let at = b; y < stop; y += 16, at += 16) {
      v128.store(y, combined<T>(operation, v128.load(y), v128.load(at)));
    }
  }
}

/** y = y ∘ b, `length` numbers at b repeated. */
function binary<T>(operation: i32, y: usize, n: usize, b: usize, length: usize): void {
  const period = length == n ? n * sizeof<T>() : repeat<T>(b, length);
  if (operation == ADD) combine<T>(ADD, y, n, b, period);
  else if (operation == SUBTRACT) combine<T>(SUBTRACT, y, n, b, period);
  else if (operation == MULTIPLY) combine<T>(MULTIPLY, y, n, b, period);
  else combine<T>(DIVIDE, y, n, b, period);
}

export function binarySingle(operation: i32, y: usize, n: usize, b: usize, length: usize): void {
  binary<f32>(operation, y, n, b, length);
}

export function binaryDouble(operation: i32, y: usize, n: usize, b: usize, length: usize): void {
  binary<f64>(operation, y, n, b, length);
}

/** The upper two numbers in double precision. */
// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** a·x + b, in double precision whatever T and rounded once. */
// @ts-ignore: decorator
@inline
function scaled<T>(a: v128, x: v128, b: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(f64x2.mul(a, x), b);
  const low = f64x2.add(f64x2.mul(a, f64x2.promote_low_f32x4(x)), f64x2.promote_low_f32x4(b));
  const high = f64x2.add(f64x2.mul(a, upper(x)), upper(b));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** y += alpha·x, `length` numbers at x repeated. */
function axpy<T>(y: usize, n: usize, alpha: f64, x: usize, length: usize): void {
  const period = length == n ? n * sizeof<T>() : repeat<T>(x, length);
  const a = f64x2.splat(alpha);
  for (const end = y + n * sizeof<T>(); y < end; ) {
    const stop = min(y + period, end);
    for (let at = x; y < stop; y += 16, at += 16) v128.store(y, scaled<T>(a, v128.load(at), v128.load(y)));
  }
}

export function axpySingle(y: usize, n: usize, alpha: f64, x: usize, length: usize): void {
  axpy<f32>(y, n, alpha, x, length);
}

export function axpyDouble(y: usize, n: usize, alpha: f64, x: usize, length: usize): void {
  axpy<f64>(y, n, alpha, x, length);
}

/** y = alpha·y + beta. */
export function scaleSingle(y: usize, n: usize, alpha: f64, beta: f64): void {
  const a = f64x2.splat(alpha);
  const b = f64x2.splat(beta);
  for (const end = y + 4 * n; y < end; y += 16) {
    const x = v128.load(y);
    const low = f64x2.add(f64x2.mul(a, f64x2.promote_low_f32x4(x)), b);
    const high = f64x2.add(f64x2.mul(a, upper(x)), b);
    v128.store(y, v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2));
  }
}

export function scaleDouble(y: usize, n: usize, alpha: f64, beta: f64): void {
  const a = f64x2.splat(alpha);
  const b = f64x2.splat(beta);
  for (const end = y + 8 * n; y < end; y += 16) v128.store(y, f64x2.add(f64x2.mul(a, v128.load(y)), b));
}

/** Derivatives of activations by their outputs, in the order of `activationCodes`. */
// @ts-ignore: decorator
@inline
function slope<T>(activation: i32, y: v128): v128 {
  const one = v128.splat<T>(<T>1);
  if (activation == 0) return one;
  if (activation == 1) return v128.and(one, v128.gt<T>(y, v128.splat<T>(<T>0)));
  if (activation == 2) return v128.sub<T>(one, v128.mul<T>(y, y));
  return v128.and(one, v128.and(v128.gt<T>(y, v128.splat<T>(<T>-1)), v128.lt<T>(y, one)));
}

// @ts-ignore: decorator
@inline
function addSlopes<T>(activation: i32, dx: usize, dy: usize, y: usize, n: usize): void {
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const change = v128.mul<T>(v128.load(dy + i), slope<T>(activation, v128.load(y + i)));
    v128.store(dx + i, v128.add<T>(v128.load(dx + i), change));
  }
}

/** dx += dy·activation′(y). */
export function activationGradient<T>(activation: i32, dx: usize, dy: usize, y: usize, n: usize): void {
  if (activation == 0) addSlopes<T>(0, dx, dy, y, n);
  else if (activation == 1) addSlopes<T>(1, dx, dy, y, n);
  else if (activation == 2) addSlopes<T>(2, dx, dy, y, n);
  else addSlopes<T>(3, dx, dy, y, n);
}

export function activationGradientSingle(activation: i32, dx: usize, dy: usize, y: usize, n: usize): void {
  activationGradient<f32>(activation, dx, dy, y, n);
}

export function activationGradientDouble(activation: i32, dx: usize, dy: usize, y: usize, n: usize): void {
  activationGradient<f64>(activation, dx, dy, y, n);
}

/** dx += dy where low ≤ x ≤ high. */
function clampGradient<T>(dx: usize, dy: usize, x: usize, n: usize, from: f64, to: f64): void {
  const low = v128.splat<T>(<T>from);
  const high = v128.splat<T>(<T>to);
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const value = v128.load(x + i);
    const before = v128.load(dx + i);
    const inside = v128.and(v128.ge<T>(value, low), v128.le<T>(value, high));
    v128.store(dx + i, v128.bitselect(v128.add<T>(before, v128.load(dy + i)), before, inside));
  }
}

export function clampGradientSingle(dx: usize, dy: usize, x: usize, n: usize, low: f64, high: f64): void {
  clampGradient<f32>(dx, dy, x, n, low, high);
}

export function clampGradientDouble(dx: usize, dy: usize, x: usize, n: usize, low: f64, high: f64): void {
  clampGradient<f64>(dx, dy, x, n, low, high);
}

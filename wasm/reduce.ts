// Sums in double precision, in an order that depends on lengths alone, and ranges.

import { lanes } from './math';

/** Two numbers at `at` in double precision. */
// @ts-ignore: decorator
@inline
function two<T>(at: usize): v128 {
  return sizeof<T>() == 8 ? v128.load(at) : f64x2.promote_low_f32x4(v128.load64_zero(at));
}

// @ts-ignore: decorator
@inline
function both(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** Two products, or two numbers themselves. */
// @ts-ignore: decorator
@inline
function term<T>(x: usize, y: usize, dots: bool): v128 {
  return dots ? f64x2.mul(two<T>(x), two<T>(y)) : two<T>(x);
}

/** Σ x, or Σ x·y where `dots`. */
// @ts-ignore: decorator
@inline
function total<T>(x: usize, y: usize, n: usize, dots: bool): f64 {
  const step: usize = 2 * sizeof<T>();
  let a = f64x2.splat(0), b = a, c = a, d = a;
  const end = x + n * sizeof<T>();
  const whole = x + (n & ~7) * sizeof<T>();
  for (; x < whole; x += 4 * step, y += 4 * step) {
    a = f64x2.add(a, term<T>(x, y, dots));
    b = f64x2.add(b, term<T>(x + step, y + step, dots));
    c = f64x2.add(c, term<T>(x + 2 * step, y + 2 * step, dots));
    d = f64x2.add(d, term<T>(x + 3 * step, y + 3 * step, dots));
  }
  let rest: f64 = 0;
  for (; x < end; x += sizeof<T>(), y += sizeof<T>()) {
    rest += dots ? <f64>load<T>(x) * <f64>load<T>(y) : <f64>load<T>(x);
  }
  return both(f64x2.add(f64x2.add(a, b), f64x2.add(c, d))) + rest;
}

export function sumSingle(x: usize, n: usize): f64 {
  return total<f32>(x, x, n, false);
}

export function sumDouble(x: usize, n: usize): f64 {
  return total<f64>(x, x, n, false);
}

export function dotSingle(x: usize, y: usize, n: usize): f64 {
  return total<f32>(x, y, n, true);
}

export function dotDouble(x: usize, y: usize, n: usize): f64 {
  return total<f64>(x, y, n, true);
}

/** Lets the two numbers at `ends` be the smallest and the largest of them and of n numbers; NaN counts as neither. */
function range<T>(ends: usize, x: usize, n: usize): void {
  const end = x + n * sizeof<T>();
  const whole = x + (n & ~(lanes<T>() - 1)) * sizeof<T>();
  let low = v128.load_splat<T>(ends);
  let high = v128.load_splat<T>(ends + sizeof<T>());
  for (; x < whole; x += 16) {
    const values = v128.load(x);
    // Of two numbers the first unless the second is smaller, or larger.
    low = v128.pmin<T>(low, values);
    high = v128.pmax<T>(high, values);
  }
  for (; x < end; x += sizeof<T>()) {
    const values = v128.load_splat<T>(x);
    low = v128.pmin<T>(low, values);
    high = v128.pmax<T>(high, values);
  }
  v128.store(ends + 16, low);
  v128.store(ends + 32, high);
  for (let lane: usize = 0; lane < 16; lane += sizeof<T>()) {
    const least = load<T>(ends + 16 + lane);
    const most = load<T>(ends + 32 + lane);
    if (least < load<T>(ends)) store<T>(ends, least);
    if (most > load<T>(ends + sizeof<T>())) store<T>(ends + sizeof<T>(), most);
  }
}

export function rangeSingle(ends: usize, x: usize, n: usize): void {
  range<f32>(ends, x, n);
}

export function rangeDouble(ends: usize, x: usize, n: usize): void {
  range<f64>(ends, x, n);
}

/** Adds m rows x [m, n] to `totals` [n] in double precision; what is added to three numbers behind them is of no account. */
function addRows<T>(totals: usize, x: usize, m: usize, n: usize): void {
  const row = n * sizeof<T>();
  for (let i: usize = 0; i < m; i++, x += row) {
    for (let j: usize = 0; j < n; j += 4) {
      const at = totals + 8 * j;
      const from = x + j * sizeof<T>();
      v128.store(at, f64x2.add(v128.load(at), two<T>(from)));
      v128.store(at, f64x2.add(v128.load(at, 16), two<T>(from + 2 * sizeof<T>())), 16);
    }
  }
}

/** Adds totals to the numbers out, rounded once. */
function settle<T>(out: usize, totals: usize, n: usize): void {
  for (let j: usize = 0; j < n; j++) {
    store<T>(out + j * sizeof<T>(), <T>(<f64>load<T>(out + j * sizeof<T>()) + load<f64>(totals + 8 * j)));
  }
}

export function addRowsSingle(totals: usize, x: usize, m: usize, n: usize): void {
  addRows<f32>(totals, x, m, n);
}

export function addRowsDouble(totals: usize, x: usize, m: usize, n: usize): void {
  addRows<f64>(totals, x, m, n);
}

export function settleSingle(out: usize, totals: usize, n: usize): void {
  settle<f32>(out, totals, n);
}

export function settleDouble(out: usize, totals: usize, n: usize): void {
  settle<f64>(out, totals, n);
}

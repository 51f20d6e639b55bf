// The functions of one number that the kernels need, of all numbers of a vector at once and without branches. T is the
// precision, f32 or f64. Multiply-adds are rounded twice, so that the bits are the same on every machine. Polynomials are
// Taylor series, cut where the next term is below half a unit in the last place on the reduced range.

/** Numbers of a vector. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): usize {
  return 16 / sizeof<T>();
}

// @ts-ignore: decorator
@inline
function timesPlus<T>(a: v128, b: v128, c: v128): v128 {
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** x·(the series so far) + the next coefficient, of Horner's scheme. */
// @ts-ignore: decorator
@inline
function next<T>(series: v128, x: v128, coefficient: f64): v128 {
  return timesPlus<T>(series, x, v128.splat<T>(<T>coefficient));
}

// @ts-ignore: decorator
@inline
function shiftLeft<T>(bits: v128, by: i32): v128 {
  return sizeof<T>() == 4 ? i32x4.shl(bits, by) : i64x2.shl(bits, by);
}

// @ts-ignore: decorator
@inline
function addBits<T>(bits: v128, value: i64): v128 {
  return sizeof<T>() == 4 ? i32x4.add(bits, i32x4.splat(<i32>value)) : i64x2.add(bits, i64x2.splat(value));
}

/** Adding 1.5·2^mantissa rounds to an integer, which is then the low bits of the sum. */
// @ts-ignore: decorator
@inline
function rounder<T>(): v128 {
  return v128.splat<T>(sizeof<T>() == 4 ? <T>12582912.0 : <T>6755399441055744.0);
}

// @ts-ignore: decorator
@inline
function mantissa<T>(): i32 {
  return sizeof<T>() == 4 ? 23 : 52;
}

// @ts-ignore: decorator
@inline
function bias<T>(): i64 {
  return sizeof<T>() == 4 ? 127 : 1023;
}

/** ln 2 without its last bits, so that a product with an exponent is exact. */
// @ts-ignore: decorator
@inline
function ln2High<T>(): v128 {
  return v128.splat<T>(sizeof<T>() == 4 ? <T>reinterpret<f32>(0x3f317200) : <T>reinterpret<f64>(0x3fe62e42fee00000));
}

/** The rest of ln 2. */
// @ts-ignore: decorator
@inline
function ln2Low<T>(): v128 {
  return v128.splat<T>(sizeof<T>() == 4 ? <T>1.4286068e-6 : <T>1.9082149292705877e-10);
}

/** (eʳ − 1 − r)/r² for |r| ≤ ln 2/2. */
// @ts-ignore: decorator
@inline
function exponentialTail<T>(r: v128): v128 {
  let series: v128;
  if (sizeof<T>() == 4) {
    series = v128.splat<T>(<T>(1.0 / 5040.0));
  } else {
    series = v128.splat<T>(<T>(1.0 / 6227020800.0));
    series = next<T>(series, r, 1.0 / 479001600.0);
    series = next<T>(series, r, 1.0 / 39916800.0);
    series = next<T>(series, r, 1.0 / 3628800.0);
    series = next<T>(series, r, 1.0 / 362880.0);
    series = next<T>(series, r, 1.0 / 40320.0);
    series = next<T>(series, r, 1.0 / 5040.0);
  }
  series = next<T>(series, r, 1.0 / 720.0);
  series = next<T>(series, r, 1.0 / 120.0);
  series = next<T>(series, r, 1.0 / 24.0);
  series = next<T>(series, r, 1.0 / 6.0);
  return next<T>(series, r, 0.5);
}

/** The nearest integer to x/ln 2, with `rounder` added. */
// @ts-ignore: decorator
@inline
function shiftedExponent<T>(x: v128): v128 {
  return timesPlus<T>(x, v128.splat<T>(<T>1.4426950408889634), rounder<T>());
}

/** x − n·ln 2. */
// @ts-ignore: decorator
@inline
function reduced<T>(x: v128, n: v128): v128 {
  return v128.sub<T>(v128.sub<T>(x, v128.mul<T>(n, ln2High<T>())), v128.mul<T>(n, ln2Low<T>()));
}

/** eˣ; results below about twice the smallest normal number are 0. */
// @ts-ignore: decorator
@inline
export function exponential<T>(x: v128): v128 {
  const low = sizeof<T>() == 4 ? <T>-86.5 : <T>-708.0;
  const high = sizeof<T>() == 4 ? <T>88.72283 : <T>709.782712893384;
  const shifted = shiftedExponent<T>(x);
  const r = reduced<T>(x, v128.sub<T>(shifted, rounder<T>()));
  const one = v128.splat<T>(<T>1);
  const series = timesPlus<T>(timesPlus<T>(exponentialTail<T>(r), r, one), r, one);
  const power = shiftLeft<T>(addBits<T>(shifted, bias<T>() - 1), mantissa<T>());
  const value = v128.mul<T>(v128.mul<T>(series, power), v128.splat<T>(<T>2));
  const kept = v128.andnot(value, v128.lt<T>(x, v128.splat<T>(low)));
  const infinity = v128.splat<T>(<T>Infinity);
  return v128.bitselect(infinity, kept, v128.gt<T>(x, v128.splat<T>(high)));
}

/** Natural logarithm of positive, normal, finite numbers. */
// @ts-ignore: decorator
@inline
export function logarithmNormal<T>(x: v128): v128 {
  // Mantissas from 1/√2 on: with the bits of 1/√2 taken away, the exponent is what stands above the mantissa.
  let exponent: v128;
  let fraction: v128;
  if (sizeof<T>() == 4) {
    const root = reinterpret<i32>(<f32>0.7071067811865476);
    const lifted = i32x4.add(x, i32x4.splat(0x3f800000 - root));
    exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(lifted, 23), i32x4.splat(127)));
    fraction = i32x4.add(v128.and(lifted, i32x4.splat(0x007fffff)), i32x4.splat(root));
  } else {
    const root = reinterpret<i64>(<f64>0.7071067811865476);
    const lifted = i64x2.add(x, i64x2.splat(0x3ff0000000000000 - root));
    const whole = v128.or(i64x2.shr_u(lifted, 52), i64x2.splat(0x4330000000000000));
    exponent = f64x2.sub(whole, f64x2.splat(4503599627370496.0 + 1023.0));
    fraction = i64x2.add(v128.and(lifted, i64x2.splat(0x000fffffffffffff)), i64x2.splat(root));
  }
  // ln(1 + f) = f − (f²/2 − s (f²/2 + R)), s = f/(2 + f), R = Σ 2 s²ᵏ/(2k + 1).
  const f = v128.sub<T>(fraction, v128.splat<T>(<T>1));
  const s = v128.div<T>(f, v128.add<T>(f, v128.splat<T>(<T>2)));
  const z = v128.mul<T>(s, s);
  let series: v128;
  if (sizeof<T>() == 4) {
    series = v128.splat<T>(<T>(2.0 / 9.0));
  } else {
    series = v128.splat<T>(<T>(2.0 / 21.0));
    series = next<T>(series, z, 2.0 / 19.0);
    series = next<T>(series, z, 2.0 / 17.0);
    series = next<T>(series, z, 2.0 / 15.0);
    series = next<T>(series, z, 2.0 / 13.0);
    series = next<T>(series, z, 2.0 / 11.0);
    series = next<T>(series, z, 2.0 / 9.0);
  }
  series = next<T>(series, z, 2.0 / 7.0);
  series = next<T>(series, z, 2.0 / 5.0);
  series = v128.mul<T>(z, next<T>(series, z, 2.0 / 3.0));
  const half = v128.mul<T>(v128.mul<T>(f, f), v128.splat<T>(<T>0.5));
  const tail = timesPlus<T>(s, v128.add<T>(half, series), v128.mul<T>(exponent, ln2Low<T>()));
  return timesPlus<T>(exponent, ln2High<T>(), v128.sub<T>(f, v128.sub<T>(half, tail)));
}

/** Natural logarithm, with the special cases of zero, negative, infinite and subnormal numbers. */
// @ts-ignore: decorator
@inline
export function logarithm<T>(x: v128): v128 {
  const least = sizeof<T>() == 4 ? <T>1.1754943508222875e-38 : <T>2.2250738585072014e-308;
  const lift = sizeof<T>() == 4 ? <T>8388608.0 : <T>4503599627370496.0;
  const lowered = sizeof<T>() == 4 ? <T>(23.0 * 0.6931471805599453) : <T>(52.0 * 0.6931471805599453);
  const infinity = v128.splat<T>(<T>Infinity);
  const small = v128.lt<T>(x, v128.splat<T>(least));
  const lifted = v128.bitselect(v128.mul<T>(x, v128.splat<T>(lift)), x, small);
  let value = logarithmNormal<T>(lifted);
  value = v128.sub<T>(value, v128.and(small, v128.splat<T>(lowered)));
  const zero = v128.splat<T>(<T>0);
  value = v128.bitselect(v128.neg<T>(infinity), value, v128.eq<T>(x, zero));
  value = v128.bitselect(x, value, v128.eq<T>(x, infinity));
  return v128.bitselect(value, v128.splat<T>(<T>NaN), v128.ge<T>(x, zero));
}

/** tanh x: with t = e^(2|x|) − 1, tanh |x| = t/(t + 2). */
// @ts-ignore: decorator
@inline
export function hyperbolicTangent<T>(x: v128): v128 {
  const limit = v128.splat<T>(sizeof<T>() == 4 ? <T>20 : <T>40);
  const double = v128.mul<T>(v128.abs<T>(x), v128.splat<T>(<T>2));
  const y = v128.bitselect(limit, double, v128.gt<T>(double, limit));
  const shifted = shiftedExponent<T>(y);
  const r = reduced<T>(y, v128.sub<T>(shifted, rounder<T>()));
  const series = timesPlus<T>(v128.mul<T>(r, r), exponentialTail<T>(r), r);
  const power = shiftLeft<T>(addBits<T>(shifted, bias<T>()), mantissa<T>());
  const t = timesPlus<T>(power, series, v128.sub<T>(power, v128.splat<T>(<T>1)));
  const value = v128.div<T>(t, v128.add<T>(t, v128.splat<T>(<T>2)));
  return v128.bitselect(x, value, v128.splat<T>(<T>-0.0));
}

/** ln(1 + eˣ). */
// @ts-ignore: decorator
@inline
export function softplus<T>(x: v128): v128 {
  const one = v128.splat<T>(<T>1);
  const zero = v128.splat<T>(<T>0);
  const y = exponential<T>(v128.neg<T>(v128.abs<T>(x)));
  const u = v128.add<T>(one, y);
  const rest = v128.div<T>(v128.sub<T>(y, v128.sub<T>(u, one)), u);
  const positive = v128.andnot(x, v128.lt<T>(x, zero));
  return v128.add<T>(positive, v128.add<T>(logarithmNormal<T>(u), rest));
}

/** 1/(1 + e⁻ˣ). */
// @ts-ignore: decorator
@inline
export function sigmoid<T>(x: v128): v128 {
  const one = v128.splat<T>(<T>1);
  return v128.div<T>(one, v128.add<T>(one, exponential<T>(v128.neg<T>(x))));
}

/** The quarter turns nearest to 4v, with `rounder` added. */
// @ts-ignore: decorator
@inline
function quadrants<T>(v: v128): v128 {
  return timesPlus<T>(v, v128.splat<T>(<T>4), rounder<T>());
}

/** The angle left of 2πv without its quarter turns. */
// @ts-ignore: decorator
@inline
function angle<T>(v: v128, shifted: v128): v128 {
  const quarters = v128.mul<T>(v128.sub<T>(shifted, rounder<T>()), v128.splat<T>(<T>0.25));
  return v128.mul<T>(v128.sub<T>(v, quarters), v128.splat<T>(<T>6.283185307179586));
}

/** sin x for |x| ≤ π/4. */
// @ts-ignore: decorator
@inline
function sineNear<T>(x: v128): v128 {
  const z = v128.mul<T>(x, x);
  let series: v128;
  if (sizeof<T>() == 4) {
    series = v128.splat<T>(<T>(1.0 / 362880.0));
  } else {
    series = v128.splat<T>(<T>(-1.0 / 1307674368000.0));
    series = next<T>(series, z, 1.0 / 6227020800.0);
    series = next<T>(series, z, -1.0 / 39916800.0);
    series = next<T>(series, z, 1.0 / 362880.0);
  }
  series = next<T>(series, z, -1.0 / 5040.0);
  series = next<T>(series, z, 1.0 / 120.0);
  series = next<T>(series, z, -1.0 / 6.0);
  return timesPlus<T>(v128.mul<T>(x, z), series, x);
}

/** cos x for |x| ≤ π/4. */
// @ts-ignore: decorator
@inline
function cosineNear<T>(x: v128): v128 {
  const z = v128.mul<T>(x, x);
  let series: v128;
  if (sizeof<T>() == 4) {
    series = v128.splat<T>(<T>(1.0 / 40320.0));
  } else {
    series = v128.splat<T>(<T>(1.0 / 20922789888000.0));
    series = next<T>(series, z, -1.0 / 87178291200.0);
    series = next<T>(series, z, 1.0 / 479001600.0);
    series = next<T>(series, z, -1.0 / 3628800.0);
    series = next<T>(series, z, 1.0 / 40320.0);
  }
  series = next<T>(series, z, -1.0 / 720.0);
  series = next<T>(series, z, 1.0 / 24.0);
  series = next<T>(series, z, -0.5);
  return timesPlus<T>(z, series, v128.splat<T>(<T>1));
}

/** All ones where the number of quarter turns is odd. */
// @ts-ignore: decorator
@inline
function odd<T>(shifted: v128): v128 {
  return sizeof<T>() == 4
    ? i32x4.shr_s(i32x4.shl(shifted, 31), 31)
    : i64x2.sub(i64x2.splat(0), v128.and(shifted, i64x2.splat(1)));
}

/** The sign bit where the second bit of the number of quarter turns is set. */
// @ts-ignore: decorator
@inline
function sign<T>(shifted: v128): v128 {
  return v128.and(shiftLeft<T>(shifted, sizeof<T>() == 4 ? 30 : 62), v128.splat<T>(<T>-0.0));
}

/** cos 2πv for 0 ≤ v ≤ 1: negative in quadrants 1 and 2. */
// @ts-ignore: decorator
@inline
export function cosineOfTurns<T>(v: v128): v128 {
  const shifted = quadrants<T>(v);
  const x = angle<T>(v, shifted);
  const value = v128.bitselect(sineNear<T>(x), cosineNear<T>(x), odd<T>(shifted));
  return v128.xor(value, sign<T>(addBits<T>(shifted, 1)));
}

/** sin 2πv for 0 ≤ v ≤ 1: negative in quadrants 2 and 3. */
// @ts-ignore: decorator
@inline
export function sineOfTurns<T>(v: v128): v128 {
  const shifted = quadrants<T>(v);
  const x = angle<T>(v, shifted);
  const value = v128.bitselect(cosineNear<T>(x), sineNear<T>(x), odd<T>(shifted));
  return v128.xor(value, sign<T>(shifted));
}

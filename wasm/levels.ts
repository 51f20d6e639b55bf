// Converters: numbers rounded to levels, and functions given as tables.



/** low + step·round((clamp(x) − low)/step) of two numbers in double precision, ties to even; a step of 0 only clamps. */
// @ts-ignore: decorator
@inline
function level(x: v128, step: v128, perStep: v128, low: v128, high: v128, rounds: bool): v128 {
  const inside = f64x2.min(high, f64x2.max(low, x));
  if (!rounds) return inside;
  const code = f64x2.nearest(f64x2.mul(f64x2.sub(inside, low), perStep));
  return f64x2.add(low, f64x2.mul(step, code));
}

/** Rounds n numbers in place, in double precision whatever T, so that ties are those of the definition; returns how many were outside. */
function quantise<T>(x: usize, n: usize, step: f64, low: f64, high: f64): i32 {
  const end = x + n * sizeof<T>();
  // What lies behind the last number is outside nothing.
  for (let at = end; (at & 15) != 0; at += sizeof<T>()) store<T>(at, <T>low);
  const steps = f64x2.splat(step);
  const perStep = f64x2.splat(1 / step);
  const lows = f64x2.splat(low);
  const highs = f64x2.splat(high);
  const rounds = step > 0;
  let outside = i64x2.splat(0);
  for (; x < end; x += 16) {
    const values = v128.load(x);
    if (sizeof<T>() == 8) {
      outside = i64x2.sub(outside, v128.or(f64x2.lt(values, lows), f64x2.gt(values, highs)));
      v128.store(x, level(values, steps, perStep, lows, highs, rounds));
    } else {
      const first = f64x2.promote_low_f32x4(values);
      const last = f64x2.promote_low_f32x4(v128.shuffle<i64>(values, values, 1, 1));
      outside = i64x2.sub(outside, v128.or(f64x2.lt(first, lows), f64x2.gt(first, highs)));
      outside = i64x2.sub(outside, v128.or(f64x2.lt(last, lows), f64x2.gt(last, highs)));
      const a = f32x4.demote_f64x2_zero(level(first, steps, perStep, lows, highs, rounds));
      const b = f32x4.demote_f64x2_zero(level(last, steps, perStep, lows, highs, rounds));
      v128.store(x, v128.shuffle<i64>(a, b, 0, 2));
    }
  }
  return <i32>(i64x2.extract_lane(outside, 0) + i64x2.extract_lane(outside, 1));
}

export function quantiseSingle(x: usize, n: usize, step: f64, low: f64, high: f64): i32 {
  return quantise<f32>(x, n, step, low, high);
}

export function quantiseDouble(x: usize, n: usize, step: f64, low: f64, high: f64): i32 {
  return quantise<f64>(x, n, step, low, high);
}

/** Columns `first` … `end − 1` of x [m, n] side by side, a 1 for a column n; in bytes of one number. */
export function tile(y: usize, x: usize, m: usize, n: usize, first: usize, end: usize, size: usize): void {
  const taken = (min(end, n) - min(first, n)) * size;
  const line = (end - first) * size;
  for (let i: usize = 0; i < m; i++) {
    const from = x + (i * n + first) * size;
    const to = y + i * line;
    // Whole vectors: what is written beyond the end comes to be overwritten.
    for (let j: usize = 0; j < taken; j += 16) v128.store(to + j, v128.load(from + j));
    if (taken == line) continue;
    if (size == 4) store<f32>(to + taken, 1);
    else store<f64>(to + taken, 1);
  }
}

/** Where the numbers x lie among the segments of a table at equal distances; NaN lies nowhere, its segment is the first. */
// @ts-ignore: decorator
@inline
export function position<T>(x: v128, low: v128, high: v128, density: v128): v128 {
  const raised = v128.bitselect(low, x, v128.lt<T>(x, low));
  const clamped = v128.bitselect(high, raised, v128.gt<T>(raised, high));
  return v128.mul<T>(v128.sub<T>(clamped, low), density);
}

/** The segments that positions lie in, as integers of 32 bits: no more than the last, of NaN the first. */
// @ts-ignore: decorator
@inline
export function segment<T>(position: v128, last: i32): v128 {
  const cut = sizeof<T>() == 4 ? i32x4.trunc_sat_f32x4_s(position) : i32x4.trunc_sat_f64x2_s_zero(position);
  return i32x4.max_s(i32x4.min_s(cut, i32x4.splat(last)), i32x4.splat(0));
}

/** Integers of 32 bits as numbers. */
// @ts-ignore: decorator
@inline
export function numbers<T>(integers: v128): v128 {
  return sizeof<T>() == 4 ? f32x4.convert_i32x4_s(integers) : f64x2.convert_low_i32x4_s(integers);
}

/** Entries of a table at indices, in 32 bits each. */
// @ts-ignore: decorator
@inline
export function gather<T>(table: usize, indices: v128): v128 {
  if (sizeof<T>() == 8) {
    const first = v128.load_splat<f64>(table + 8 * i32x4.extract_lane(indices, 0));
    return v128.load_lane<f64>(table + 8 * i32x4.extract_lane(indices, 1), first, 1);
  }
  let found = v128.load_splat<f32>(table + 4 * i32x4.extract_lane(indices, 0));
  found = v128.load_lane<f32>(table + 4 * i32x4.extract_lane(indices, 1), found, 1);
  found = v128.load_lane<f32>(table + 4 * i32x4.extract_lane(indices, 2), found, 2);
  return v128.load_lane<f32>(table + 4 * i32x4.extract_lane(indices, 3), found, 3);
}

/** y = table(x) of n numbers, with the slope in `slope` unless null. */
function tabulate<T>(y: usize, slope: usize, x: usize, n: usize, table: usize, entries: i32, from: f64, to: f64): void {
  const low = v128.splat<T>(<T>from);
  const high = v128.splat<T>(<T>to);
  const density = v128.splat<T>(<T>(<f64>(entries - 1) / (to - from)));
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const value = v128.load(x + i);
    const place = position<T>(value, low, high, density);
    const index = segment<T>(place, entries - 2);
    const left = gather<T>(table, index);
    const rise = v128.sub<T>(gather<T>(table + sizeof<T>(), index), left);
    const share = v128.sub<T>(place, numbers<T>(index));
    if (slope != 0) {
      const inside = v128.and(v128.ge<T>(value, low), v128.le<T>(value, high));
      v128.store(slope + i, v128.and(inside, v128.mul<T>(rise, density)));
    }
    v128.store(y + i, v128.add<T>(left, v128.mul<T>(share, rise)));
  }
}

export function tabulateSingle(
  y: usize, slope: usize, x: usize, n: usize, table: usize, entries: i32, low: f64, high: f64,
): void {
  tabulate<f32>(y, slope, x, n, table, entries, low, high);
}

export function tabulateDouble(
  y: usize, slope: usize, x: usize, n: usize, table: usize, entries: i32, low: f64, high: f64,
): void {
  tabulate<f64>(y, slope, x, n, table, entries, low, high);
}

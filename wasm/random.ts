// Philox4x32-10 (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011) and fills from it. Blocks are
// computed BLOCKS at a time: their counters stand in `words`, word by word, and become the words of the streams there.

import { cosineOfTurns, logarithmNormal, sineOfTurns } from './math';
import { SPARE, WORDS } from './places';

/** Counter blocks computed together; each gives four words. */
export const BLOCKS: usize = 64;
/** Distance between the places of two words of a block. */
export const WORD: usize = 4 * BLOCKS;

/** Laws that fills follow. */
export const RAW: i32 = 0;
export const UNIFORM: i32 = 1;
export const NORMAL: i32 = 2;

// @ts-ignore: decorator
@inline
const M0: i32 = 0xd2511f53;
// @ts-ignore: decorator
@inline
const M1: i32 = 0xcd9e8d57;
// @ts-ignore: decorator
@inline
const W0: i32 = 0x9e3779b9;
// @ts-ignore: decorator
@inline
const W1: i32 = 0xbb67ae85;

// @ts-ignore: decorator
@inline
function highs(even: v128, odd: v128): v128 {
  return v128.shuffle<i32>(even, odd, 1, 3, 5, 7);
}

// @ts-ignore: decorator
@inline
function lows(even: v128, odd: v128): v128 {
  return v128.shuffle<i32>(even, odd, 0, 2, 4, 6);
}

/** Turns the first `blocks` counters in `words` into words of the key's streams, and up to seven more. */
export function scramble(blocks: usize, key0: i32, key1: i32): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  for (let at = WORDS; at < WORDS + 4 * blocks; at += 32) {
    let a0 = v128.load(at);
    let a1 = v128.load(at + WORD);
    let a2 = v128.load(at + 2 * WORD);
    let a3 = v128.load(at + 3 * WORD);
    let b0 = v128.load(at + 16);
    let b1 = v128.load(at + WORD + 16);
    let b2 = v128.load(at + 2 * WORD + 16);
    let b3 = v128.load(at + 3 * WORD + 16);
    let k0 = i32x4.splat(key0);
    let k1 = i32x4.splat(key1);
    for (let round = 0; round < 10; round++) {
      const p = i64x2.extmul_low_i32x4_u(a0, m0);
      const q = i64x2.extmul_high_i32x4_u(a0, m0);
      const r = i64x2.extmul_low_i32x4_u(a2, m1);
      const s = i64x2.extmul_high_i32x4_u(a2, m1);
      a0 = v128.xor(v128.xor(highs(r, s), a1), k0);
      a1 = lows(r, s);
      a2 = v128.xor(v128.xor(highs(p, q), a3), k1);
      a3 = lows(p, q);
      const t = i64x2.extmul_low_i32x4_u(b0, m0);
      const u = i64x2.extmul_high_i32x4_u(b0, m0);
      const v = i64x2.extmul_low_i32x4_u(b2, m1);
      const w = i64x2.extmul_high_i32x4_u(b2, m1);
      b0 = v128.xor(v128.xor(highs(v, w), b1), k0);
      b1 = lows(v, w);
      b2 = v128.xor(v128.xor(highs(t, u), b3), k1);
      b3 = lows(t, u);
      k0 = i32x4.add(k0, i32x4.splat(W0));
      k1 = i32x4.add(k1, i32x4.splat(W1));
    }
    v128.store(at, a0);
    v128.store(at + WORD, a1);
    v128.store(at + 2 * WORD, a2);
    v128.store(at + 3 * WORD, a3);
    v128.store(at + 16, b0);
    v128.store(at + WORD + 16, b1);
    v128.store(at + 2 * WORD + 16, b2);
    v128.store(at + 3 * WORD + 16, b3);
  }
}

/** (word >>> 9 + ½)·2⁻²³ */
// @ts-ignore: decorator
@inline
function uniformSingle(words: v128): v128 {
  const bits = v128.or(i32x4.shr_u(words, 9), i32x4.splat(0x3f800000));
  return f32x4.add(f32x4.sub(bits, f32x4.splat(1)), f32x4.splat(<f32>(1.0 / 16777216.0)));
}

/** ((high >>> 6)·2²⁶ + (low >>> 6) + ½)·2⁻⁵² of two blocks, whose words stand in 64 bits each. */
// @ts-ignore: decorator
@inline
function uniformDouble(high: v128, low: v128): v128 {
  const bits = v128.or(i64x2.shl(i64x2.shr_u(high, 6), 26), i64x2.shr_u(low, 6));
  const above = v128.or(bits, i64x2.splat(0x3ff0000000000000));
  return f64x2.add(f64x2.sub(above, f64x2.splat(1)), f64x2.splat(1.0 / 9007199254740992.0));
}

// @ts-ignore: decorator
@inline
function radius<T>(u: v128): v128 {
  return v128.sqrt<T>(v128.mul<T>(logarithmNormal<T>(u), v128.splat<T>(<T>-2)));
}

/** Writes the numbers a[j], b[j], c[j], d[j] of four blocks side by side. */
// @ts-ignore: decorator
@inline
function interleave(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const abEnd = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdEnd = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to + 16, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(to + 32, v128.shuffle<i64>(abEnd, cdEnd, 0, 2));
  v128.store(to + 48, v128.shuffle<i64>(abEnd, cdEnd, 1, 3));
}

/** Writes the numbers of two blocks from their words, 64 bits each. */
// @ts-ignore: decorator
@inline
function twoBlocks(to: usize, law: i32, w0: v128, w1: v128, w2: v128, w3: v128): void {
  const u = uniformDouble(w0, w1);
  const v = uniformDouble(w2, w3);
  let first = u;
  let second = v;
  if (law == NORMAL) {
    const r = radius<f64>(u);
    first = f64x2.mul(r, cosineOfTurns<f64>(v));
    second = f64x2.mul(r, sineOfTurns<f64>(v));
  }
  v128.store(to, v128.shuffle<i64>(first, second, 0, 2));
  v128.store(to + 16, v128.shuffle<i64>(first, second, 1, 3));
}

/** Writes the elements of the first `blocks` blocks whose words stand in `words`; up to 48 bytes more are written. */
export function elements<T>(to: usize, law: i32, blocks: usize): void {
  for (let j: usize = 0; j < blocks; j += 4) {
    const at = WORDS + 4 * j;
    const w0 = v128.load(at);
    const w1 = v128.load(at + WORD);
    const w2 = v128.load(at + 2 * WORD);
    const w3 = v128.load(at + 3 * WORD);
    const out = to + 16 * j;
    if (law == RAW) {
      interleave(out, w0, w1, w2, w3);
    } else if (sizeof<T>() == 4) {
      const a = uniformSingle(w0);
      const b = uniformSingle(w1);
      const c = uniformSingle(w2);
      const d = uniformSingle(w3);
      if (law == UNIFORM) {
        interleave(out, a, b, c, d);
      } else {
        const r = radius<f32>(a);
        const s = radius<f32>(c);
        interleave(
          out,
          f32x4.mul(r, cosineOfTurns<f32>(b)),
          f32x4.mul(r, sineOfTurns<f32>(b)),
          f32x4.mul(s, cosineOfTurns<f32>(d)),
          f32x4.mul(s, sineOfTurns<f32>(d)),
        );
      }
    } else {
      twoBlocks(
        out,
        law,
        i64x2.extend_low_i32x4_u(w0),
        i64x2.extend_low_i32x4_u(w1),
        i64x2.extend_low_i32x4_u(w2),
        i64x2.extend_low_i32x4_u(w3),
      );
      twoBlocks(
        out + 32,
        law,
        i64x2.extend_high_i32x4_u(w0),
        i64x2.extend_high_i32x4_u(w1),
        i64x2.extend_high_i32x4_u(w2),
        i64x2.extend_high_i32x4_u(w3),
      );
    }
  }
}

/** The counters (block low, block high, 0, 0) of the BLOCKS blocks from `block` on. */
function countOn(block: u64): void {
  let low = i32x4.add(i32x4.splat(<i32>block), i32x4(0, 1, 2, 3));
  const start = i32x4.splat(<i32>block);
  const high = i32x4.splat(<i32>(block >> 32));
  for (let at = WORDS; at < WORDS + WORD; at += 16) {
    v128.store(at, low);
    // All ones, −1, where the low word began anew.
    v128.store(at + WORD, i32x4.sub(high, i32x4.lt_u(low, start)));
    v128.store(at + 2 * WORD, i32x4.splat(0));
    v128.store(at + 3 * WORD, i32x4.splat(0));
    low = i32x4.add(low, i32x4.splat(4));
  }
}

/** Elements `offset` … `offset + n − 1` of the key's flat stream; whole blocks are written in place. */
function fill<T>(out: usize, n: usize, law: i32, key0: i32, key1: i32, offset: u64): void {
  const size: usize = law == RAW ? 4 : sizeof<T>();
  const perBlock: usize = 16 / size;
  let block = offset / perBlock;
  let skip = <usize>(offset % perBlock);
  let done: usize = 0;
  while (done < n) {
    const blocks = min((n - done + skip + perBlock - 1) / perBlock, BLOCKS);
    countOn(block);
    scramble(blocks, key0, key1);
    if (skip == 0 && n - done >= BLOCKS * perBlock) {
      elements<T>(out + done * size, law, BLOCKS);
      done += BLOCKS * perBlock;
    } else {
      elements<T>(SPARE, law, blocks);
      const count = min(blocks * perBlock - skip, n - done);
      memory.copy(out + done * size, SPARE + skip * size, count * size);
      done += count;
      skip = 0;
    }
    block += BLOCKS;
  }
}

export function fillSingle(out: usize, n: usize, law: i32, key0: i32, key1: i32, offset: f64): void {
  fill<f32>(out, n, law, key0, key1, <u64>offset);
}

export function fillDouble(out: usize, n: usize, law: i32, key0: i32, key1: i32, offset: f64): void {
  fill<f64>(out, n, law, key0, key1, <u64>offset);
}

/** y += √variance·z with z in `normals`; writes z/(2√variance), 0 where the variance is 0, to `slope` unless null. */
function noise<T>(y: usize, slope: usize, variance: usize, normals: usize, n: usize): void {
  const half = v128.splat<T>(<T>0.5);
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const v = v128.load(variance + i);
    const z = v128.load(normals + i);
    const std = v128.sqrt<T>(v);
    if (slope != 0) {
      const value = v128.div<T>(v128.mul<T>(half, z), std);
      v128.store(slope + i, v128.and(value, v128.gt<T>(v, v128.splat<T>(<T>0))));
    }
    v128.store(y + i, v128.add<T>(v128.load(y + i), v128.mul<T>(std, z)));
  }
}

export function noiseSingle(y: usize, slope: usize, variance: usize, normals: usize, n: usize): void {
  noise<f32>(y, slope, variance, normals, n);
}

export function noiseDouble(y: usize, slope: usize, variance: usize, normals: usize, n: usize): void {
  noise<f64>(y, slope, variance, normals, n);
}

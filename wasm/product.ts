// Products. Every entry of C is a chain of products, each rounded and then added in the order of k, whatever the blocks,
// so that parts have the bits of the whole.

import { lanes } from './math';
import { PANELS_A, PANELS_B, TILE } from './places';

/** Rows of a tile, which is two vectors wide. */
const ROWS: usize = 4;
/** How much of k, and how many columns and rows, one packed block holds. */
const DEPTH: usize = 256;
const WIDTH: usize = 512;
const HEIGHT: usize = 64;

export const TRANSPOSE_A: i32 = 1;
export const TRANSPOSE_B: i32 = 2;
export const SHARED_A: i32 = 4;
export const SHARED_B: i32 = 8;
export const ACCUMULATE: i32 = 16;

/** Four rows of two vectors of C from `depth` of k; all distances in bytes. */
// @ts-ignore: decorator
@inline
function wideTile<T>(
  depth: usize, a0: usize, a1: usize, a2: usize, a3: usize, stepA: usize, b: usize, stepB: usize,
  c: usize, stepC: usize, onto: bool,
): void {
  let c00 = v128.splat<T>(<T>0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  if (onto) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(c + stepC);
    c11 = v128.load(c + stepC, 16);
    c20 = v128.load(c + 2 * stepC);
    c21 = v128.load(c + 2 * stepC, 16);
    c30 = v128.load(c + 3 * stepC);
    c31 = v128.load(c + 3 * stepC, 16);
  }
  for (let l: usize = 0; l < depth; l++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load_splat<T>(a0);
    c00 = v128.add<T>(c00, v128.mul<T>(x0, b0));
    c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
    const x1 = v128.load_splat<T>(a1);
    c10 = v128.add<T>(c10, v128.mul<T>(x1, b0));
    c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
    const x2 = v128.load_splat<T>(a2);
    c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
    c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
    const x3 = v128.load_splat<T>(a3);
    c30 = v128.add<T>(c30, v128.mul<T>(x3, b0));
    c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
    a0 += stepA;
    a1 += stepA;
    a2 += stepA;
    a3 += stepA;
    b += stepB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + stepC, c10);
  v128.store(c + stepC, c11, 16);
  v128.store(c + 2 * stepC, c20);
  v128.store(c + 2 * stepC, c21, 16);
  v128.store(c + 3 * stepC, c30);
  v128.store(c + 3 * stepC, c31, 16);
}

/** The same of one packed panel of A, whose four rows lie side by side. */
function packedTile<T>(depth: usize, a: usize, b: usize, stepB: usize, c: usize, stepC: usize, onto: bool): void {
  const size = sizeof<T>();
  wideTile<T>(depth, a, a + size, a + 2 * size, a + 3 * size, ROWS * size, b, stepB, c, stepC, onto);
}

/** The same of rows of A where they are. */
function plainTile<T>(
  depth: usize, a: usize, rowA: usize, stepA: usize, b: usize, stepB: usize, c: usize, stepC: usize, onto: bool,
): void {
  wideTile<T>(depth, a, a + rowA, a + 2 * rowA, a + 3 * rowA, stepA, b, stepB, c, stepC, onto);
}

/** Up to four rows of one vector of C: of the columns that a wide tile would waste. */
function narrowTile<T>(
  depth: usize, a0: usize, a1: usize, a2: usize, a3: usize, stepA: usize, b: usize, stepB: usize,
  c: usize, stepC: usize, onto: bool,
): void {
  let c0 = v128.splat<T>(<T>0), c1 = c0, c2 = c0, c3 = c0;
  if (onto) {
    c0 = v128.load(c);
    c1 = v128.load(c + stepC);
    c2 = v128.load(c + 2 * stepC);
    c3 = v128.load(c + 3 * stepC);
  }
  for (let l: usize = 0; l < depth; l++) {
    const right = v128.load(b);
    c0 = v128.add<T>(c0, v128.mul<T>(v128.load_splat<T>(a0), right));
    c1 = v128.add<T>(c1, v128.mul<T>(v128.load_splat<T>(a1), right));
    c2 = v128.add<T>(c2, v128.mul<T>(v128.load_splat<T>(a2), right));
    c3 = v128.add<T>(c3, v128.mul<T>(v128.load_splat<T>(a3), right));
    a0 += stepA;
    a1 += stepA;
    a2 += stepA;
    a3 += stepA;
    b += stepB;
  }
  v128.store(c, c0);
  v128.store(c + stepC, c1);
  v128.store(c + 2 * stepC, c2);
  v128.store(c + 3 * stepC, c3);
}

/** Copies `count` numbers, few of them. */
// @ts-ignore: decorator
@inline
function copyFew<T>(to: usize, from: usize, count: usize): void {
  for (let j: usize = 0; j < count * sizeof<T>(); j += sizeof<T>()) store<T>(to + j, load<T>(from + j));
}

/** A tile of fewer rows or columns, by way of `TILE`; rows of A that are missing stand for the last one. */
function edgeTile<T>(
  depth: usize, a: usize, rowA: usize, stepA: usize, b: usize, stepB: usize,
  c: usize, stepC: usize, onto: bool, rows: usize, columns: usize,
): void {
  const a1 = a + min(rows - 1, 1) * rowA;
  const a2 = a + min(rows - 1, 2) * rowA;
  const a3 = a + min(rows - 1, 3) * rowA;
  if (onto) for (let i: usize = 0; i < rows; i++) copyFew<T>(TILE + 32 * i, c + i * stepC, columns);
  if (columns > lanes<T>()) wideTile<T>(depth, a, a1, a2, a3, stepA, b, stepB, TILE, 32, onto);
  else narrowTile<T>(depth, a, a1, a2, a3, stepA, b, stepB, TILE, 32, onto);
  for (let i: usize = 0; i < rows; i++) copyFew<T>(c + i * stepC, TILE + 32 * i, columns);
}

/** B as panels of two vectors of columns; what lies beyond the last column is whatever follows in memory. */
function packB<T>(b: usize, rowB: usize, stepB: usize, depth: usize, width: usize): void {
  const size = sizeof<T>();
  const across: usize = 2 * lanes<T>();
  for (let j: usize = 0; j < width; j += across) {
    let to = PANELS_B + j * depth * size;
    if (stepB == size) {
      let from = b + j * size;
      for (let l: usize = 0; l < depth; l++) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        to += 32;
        from += rowB;
      }
      continue;
    }
    const columns = min(across, width - j);
    for (let i: usize = 0; i < columns; i++) {
      let from = b + (j + i) * stepB;
      for (let l: usize = 0; l < depth; l++) {
        store<T>(to + l * 32 + i * size, load<T>(from));
        from += rowB;
      }
    }
  }
}

/** A as panels of four rows, each with the rows side by side; missing rows stand for the last one. */
function packA<T>(a: usize, rowA: usize, stepA: usize, depth: usize, height: usize): void {
  const size = sizeof<T>();
  let to = PANELS_A;
  for (let i: usize = 0; i < height; i += ROWS) {
    const last = height - i - 1;
    let a0 = a + i * rowA;
    let a1 = a0 + min(last, 1) * rowA;
    let a2 = a0 + min(last, 2) * rowA;
    let a3 = a0 + min(last, 3) * rowA;
    for (let l: usize = 0; l < depth; l++) {
      store<T>(to, load<T>(a0));
      store<T>(to + size, load<T>(a1));
      store<T>(to + 2 * size, load<T>(a2));
      store<T>(to + 3 * size, load<T>(a3));
      to += ROWS * size;
      a0 += stepA;
      a1 += stepA;
      a2 += stepA;
      a3 += stepA;
    }
  }
}

/** One product: C [m, n] with rows `stepC` bytes apart, A with rows and columns `rowA`, `stepA` bytes apart, B likewise. */
export function multiply<T>(
  c: usize, stepC: usize, a: usize, rowA: usize, stepA: usize, b: usize, rowB: usize, stepB: usize,
  m: usize, n: usize, k: usize, accumulate: bool,
): void {
  const size = sizeof<T>();
  const across: usize = 2 * lanes<T>();
  if (k == 0 && !accumulate) for (let i: usize = 0; i < m; i++) memory.fill(c + i * stepC, 0, n * size);
  const packsB = stepB != size || (m >= 4 * ROWS && n > across && k * n > 4096);
  const packsA = m >= ROWS && n > 2 * across && m * k > 1024;
  for (let p: usize = 0; p < k; p += DEPTH) {
    const depth = min(DEPTH, k - p);
    const onto = accumulate || p > 0;
    for (let j0: usize = 0; j0 < n; j0 += WIDTH) {
      const width = min(WIDTH, n - j0);
      const fromB = b + p * rowB + j0 * stepB;
      if (packsB) packB<T>(fromB, rowB, stepB, depth, width);
      for (let i0: usize = 0; i0 < m; i0 += HEIGHT) {
        const height = min(HEIGHT, m - i0);
        const fromA = a + i0 * rowA + p * stepA;
        if (packsA) packA<T>(fromA, rowA, stepA, depth, height);
        for (let j: usize = 0; j < width; j += across) {
          const columns = min(across, width - j);
          const right = packsB ? PANELS_B + j * depth * size : fromB + j * size;
          const down: usize = packsB ? 32 : rowB;
          for (let i: usize = 0; i < height; i += ROWS) {
            const rows = min(ROWS, height - i);
            const left = packsA ? PANELS_A + i * depth * size : fromA + i * rowA;
            const to = c + (i0 + i) * stepC + (j0 + j) * size;
            if (rows < ROWS || columns < across) {
              const apart = packsA ? size : rowA;
              edgeTile<T>(depth, left, apart, packsA ? ROWS * size : stepA, right, down, to, stepC, onto, rows, columns);
            } else if (packsA) {
              packedTile<T>(depth, left, right, down, to, stepC, onto);
            } else {
              plainTile<T>(depth, left, rowA, stepA, right, down, to, stepC, onto);
            }
          }
        }
      }
    }
  }
}

/** C = op(A)·op(B) or C += op(A)·op(B), `batch` times over; 32 bytes behind B may be read. */
function product<T>(c: usize, a: usize, b: usize, m: usize, n: usize, k: usize, batch: usize, flags: i32): void {
  const size = sizeof<T>();
  const rowA = flags & TRANSPOSE_A ? size : k * size;
  const stepA = flags & TRANSPOSE_A ? m * size : size;
  const rowB = flags & TRANSPOSE_B ? size : n * size;
  const stepB = flags & TRANSPOSE_B ? k * size : size;
  for (let s: usize = 0; s < batch; s++) {
    multiply<T>(c, n * size, a, rowA, stepA, b, rowB, stepB, m, n, k, (flags & ACCUMULATE) != 0);
    c += m * n * size;
    if (!(flags & SHARED_A)) a += m * k * size;
    if (!(flags & SHARED_B)) b += k * n * size;
  }
}

export function productSingle(
  c: usize, a: usize, b: usize, m: usize, n: usize, k: usize, batch: usize, flags: i32,
): void {
  product<f32>(c, a, b, m, n, k, batch, flags);
}

export function productDouble(
  c: usize, a: usize, b: usize, m: usize, n: usize, k: usize, batch: usize, flags: i32,
): void {
  product<f64>(c, a, b, m, n, k, batch, flags);
}

/** Rounds n numbers to bfloat16, the upper half of their bits, to the nearest, ties to even. */
export function roundToBf16(x: usize, n: usize): void {
  for (const end = x + 4 * n; x < end; x += 16) {
    const bits = v128.load(x);
    const nan = i32x4.gt_s(v128.and(bits, i32x4.splat(0x7fffffff)), i32x4.splat(0x7f800000));
    const half = i32x4.add(v128.and(i32x4.shr_u(bits, 16), i32x4.splat(1)), i32x4.splat(0x7fff));
    const rounded = v128.bitselect(v128.or(bits, i32x4.splat(0x400000)), i32x4.add(bits, half), nan);
    v128.store(x, v128.and(rounded, i32x4.splat(0xffff0000)));
  }
}

// Random numbers that belong to rows: element (s, r, p, j) depends on the key, the outer number `first` + s, the row's own
// number, the plane `firstPlane` + p and the column j alone. Its block has the counter (⌊j/per block⌋, plane, 1 + row
// number, outer number); flat streams have zero in the third word, and so has the derivation of keys.

import { SPARE, WORDS } from './places';
import { BLOCKS, elements, scramble, WORD } from './random';

/** Elements that one block gives. */
// @ts-ignore: decorator
@inline
function perBlock<T>(): usize {
  return 16 / sizeof<T>();
}

// @ts-ignore: decorator
@inline
function count(at: usize, c0: u32, c1: u32, c2: u32, c3: u32): void {
  store<u32>(at, c0);
  store<u32>(at + WORD, c1);
  store<u32>(at + 2 * WORD, c2);
  store<u32>(at + 3 * WORD, c3);
}

/** Copies whole vectors; what is written beyond the end comes to be overwritten. */
// @ts-ignore: decorator
@inline
function copyOn(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
}

/**
 * The elements of lines `from` … `to − 1`, of which line q is row q mod rows of outer number q div rows, laid out as
 * [line, planes, columns], or as [line, columns, planes] where interleaved; up to 16 bytes behind them are written.
 */
function fillRows<T>(
  out: usize, numbers: usize, rows: usize, first: u32, from: usize, to: usize, firstPlane: u32, planes: usize,
  columns: usize, interleaved: bool, law: i32, key0: i32, key1: i32,
): void {
  const size = sizeof<T>();
  const per = perBlock<T>();
  const perLine = (columns + per - 1) / per;
  let q = from, p: usize = 0, c: usize = 0;
  while (q < to) {
    let atQ = q, atP = p, atC = c;
    let blocks: usize = 0;
    while (blocks < BLOCKS && q < to) {
      const end = min(perLine, c + BLOCKS - blocks);
      const row = load<u32>(numbers + 4 * (q % rows)) + 1;
      const outer = first + <u32>(q / rows);
      for (; c < end; c++, blocks++) count(WORDS + 4 * blocks, <u32>c, firstPlane + <u32>p, row, outer);
      if (c < perLine) break;
      c = 0;
      if (++p == planes) {
        p = 0;
        q++;
      }
    }
    scramble(blocks, key0, key1);
    elements<T>(SPARE, law, blocks);
    for (let done: usize = 0; done < blocks; ) {
      const run = min(perLine - atC, blocks - done);
      const column = atC * per;
      const here = min(columns - column, run * per);
      const source = SPARE + 16 * done;
      if (interleaved) {
        const dest = out + (((atQ - from) * columns + column) * planes + atP) * size;
        for (let i: usize = 0; i < here; i++) store<T>(dest + i * planes * size, load<T>(source + i * size));
      } else {
        copyOn(out + (((atQ - from) * planes + atP) * columns + column) * size, source, here * size);
      }
      done += run;
      atC = 0;
      if (++atP == planes) {
        atP = 0;
        atQ++;
      }
    }
  }
}

export function fillRowsSingle(
  out: usize, numbers: usize, rows: usize, first: u32, from: usize, to: usize, firstPlane: u32, planes: usize,
  columns: usize, interleaved: bool, law: i32, key0: i32, key1: i32,
): void {
  fillRows<f32>(out, numbers, rows, first, from, to, firstPlane, planes, columns, interleaved, law, key0, key1);
}

export function fillRowsDouble(
  out: usize, numbers: usize, rows: usize, first: u32, from: usize, to: usize, firstPlane: u32, planes: usize,
  columns: usize, interleaved: bool, law: i32, key0: i32, key1: i32,
): void {
  fillRows<f64>(out, numbers, rows, first, from, to, firstPlane, planes, columns, interleaved, law, key0, key1);
}

/** The elements at `addresses` [n, 4]: column, plane, row number and outer number. */
function fillAt<T>(out: usize, addresses: usize, n: usize, law: i32, key0: i32, key1: i32): void {
  const size = sizeof<T>();
  const per = <u32>perBlock<T>();
  for (let from: usize = 0; from < n; from += BLOCKS) {
    const blocks = min(BLOCKS, n - from);
    for (let j: usize = 0; j < blocks; j++) {
      const at = addresses + 16 * (from + j);
      count(WORDS + 4 * j, load<u32>(at) / per, load<u32>(at, 4), load<u32>(at, 8) + 1, load<u32>(at, 12));
    }
    scramble(blocks, key0, key1);
    elements<T>(SPARE, law, blocks);
    for (let j: usize = 0; j < blocks; j++) {
      const lane = <usize>(load<u32>(addresses + 16 * (from + j)) % per);
      store<T>(out + (from + j) * size, load<T>(SPARE + 16 * j + lane * size));
    }
  }
}

export function fillAtSingle(out: usize, addresses: usize, n: usize, law: i32, key0: i32, key1: i32): void {
  fillAt<f32>(out, addresses, n, law, key0, key1);
}

export function fillAtDouble(out: usize, addresses: usize, n: usize, law: i32, key0: i32, key1: i32): void {
  fillAt<f64>(out, addresses, n, law, key0, key1);
}

/**
 * y = x + √variance·z of n elements, x and variance read from `atX` and `atVariance` on and repeated with their lengths;
 * up to 16 bytes behind y are written.
 */
function spread<T>(
  y: usize, n: usize, z: usize, x: usize, atX: usize, lengthX: usize, variance: usize, atVariance: usize,
  lengthVariance: usize,
): void {
  const size = sizeof<T>();
  for (let done: usize = 0; done < n; ) {
    const run = min(n - done, min(lengthX - atX, lengthVariance - atVariance));
    for (let i: usize = 0; i < run * size; i += 16) {
      const std = v128.sqrt<T>(v128.load(variance + atVariance * size + i));
      const noise = v128.mul<T>(std, v128.load(z + done * size + i));
      v128.store(y + done * size + i, v128.add<T>(v128.load(x + atX * size + i), noise));
    }
    done += run;
    atX += run;
    if (atX == lengthX) atX = 0;
    atVariance += run;
    if (atVariance == lengthVariance) atVariance = 0;
  }
}

export function spreadSingle(
  y: usize, n: usize, z: usize, x: usize, atX: usize, lengthX: usize, variance: usize, atVariance: usize,
  lengthVariance: usize,
): void {
  spread<f32>(y, n, z, x, atX, lengthX, variance, atVariance, lengthVariance);
}

export function spreadDouble(
  y: usize, n: usize, z: usize, x: usize, atX: usize, lengthX: usize, variance: usize, atVariance: usize,
  lengthVariance: usize,
): void {
  spread<f64>(y, n, z, x, atX, lengthX, variance, atVariance, lengthVariance);
}

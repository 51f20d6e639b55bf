// Softmax along rows. Rows of few classes are handled a vector of them at a time, one per lane.

import { exponential, lanes, logarithm } from './math';
import { SPARE, TILE } from './places';

/** Most classes of rows that are handled side by side: so many columns of vectors fit `SPARE`. */
const FEW: usize = 64;

export const LOG: i32 = 1;
export const GRADIENT: i32 = 2;

/** The class of row i; the last for a label beyond them. */
// @ts-ignore: decorator
@inline
function label(labels: usize, i: usize, n: usize): usize {
  return min(<usize>load<u32>(labels + 4 * i), n - 1);
}

/** Rows `i` … `i + rows − 1`, no more than lanes: log softmax or softmax in place; returns Σ −log softmax[label]. */
function fewClasses<T>(x: usize, labels: usize, i: usize, rows: usize, n: usize, output: i32): f64 {
  const size = sizeof<T>();
  const stride = n * size;
  const x0 = x + i * stride;
  const x1 = x0 + min(rows - 1, 1) * stride;
  const x2 = x0 + min(rows - 1, 2) * stride;
  const x3 = x0 + min(rows - 1, 3) * stride;
  let top = v128.splat<T>(<T>0);
  for (let j: usize = 0; j < n; j++) {
    const at = j * size;
    let column = v128.load_splat<T>(x0 + at);
    column = v128.load_lane<T>(x1 + at, column, 1);
    if (sizeof<T>() == 4) {
      column = v128.load_lane<f32>(x2 + at, column, 2);
      column = v128.load_lane<f32>(x3 + at, column, 3);
    }
    v128.store(SPARE + 16 * j, column);
    // Of two numbers the first unless the second is larger.
    top = j == 0 ? column : v128.pmax<T>(top, column);
  }
  const places = SPARE + 16 * n;
  let total = v128.splat<T>(<T>0);
  for (let at = SPARE; at < places; at += 16) {
    const power = exponential<T>(v128.sub<T>(v128.load(at), top));
    if (output == GRADIENT) v128.store(at, power);
    total = v128.add<T>(total, power);
  }
  const log = logarithm<T>(total);
  let loss: f64 = 0;
  if (labels != 0) {
    v128.store(TILE, top);
    v128.store(TILE, log, 16);
    for (let r: usize = 0; r < rows; r++) {
      const own = load<T>(x0 + r * stride + label(labels, i + r, n) * size);
      loss += <f64>(load<T>(TILE + r * size) - own) + <f64>load<T>(TILE + r * size, 16);
    }
  }
  if (output == 0) return loss;
  for (let j: usize = 0; j < n; j++) {
    const kept = v128.load(SPARE + 16 * j);
    const column = output == GRADIENT ? v128.div<T>(kept, total) : v128.sub<T>(v128.sub<T>(kept, top), log);
    const at = j * size;
    // Lanes of missing rows hold what the last one holds.
    v128.store_lane<T>(x1 + at, column, 1);
    if (sizeof<T>() == 4) {
      v128.store_lane<f32>(x2 + at, column, 2);
      v128.store_lane<f32>(x3 + at, column, 3);
    }
    v128.store_lane<T>(x0 + at, column, 0);
  }
  if (output == GRADIENT) {
    for (let r: usize = 0; r < rows; r++) {
      const hit = x0 + r * stride + label(labels, i + r, n) * size;
      store<T>(hit, load<T>(hit) - <T>1);
    }
  }
  return loss;
}

/** A row of any number of classes, likewise. */
function manyClasses<T>(x: usize, labels: usize, i: usize, n: usize, output: i32): f64 {
  const size = sizeof<T>();
  const row = x + i * n * size;
  const end = row + n * size;
  const whole = row + (n & ~(lanes<T>() - 1)) * size;
  // What is left of the row is handled in a vector of its own, where nothing else counts.
  v128.store(SPARE, v128.splat<T>(<T>-Infinity));
  memory.copy(SPARE, whole, end - whole);
  let tops = v128.load_splat<T>(row);
  for (let at = row; at < whole; at += 16) tops = v128.pmax<T>(tops, v128.load(at));
  if (whole < end) tops = v128.pmax<T>(tops, v128.load(SPARE));
  v128.store(TILE, tops);
  let most = load<T>(TILE);
  for (let lane: usize = 1; lane < lanes<T>(); lane++) {
    const other = load<T>(TILE + lane * size);
    if (other > most) most = other;
  }
  const top = v128.splat<T>(most);
  let totals = v128.splat<T>(<T>0);
  for (let at = row; at < whole; at += 16) {
    totals = v128.add<T>(totals, exponential<T>(v128.sub<T>(v128.load(at), top)));
  }
  if (whole < end) totals = v128.add<T>(totals, exponential<T>(v128.sub<T>(v128.load(SPARE), top)));
  v128.store(TILE, totals);
  let total = <T>0;
  for (let lane: usize = 0; lane < lanes<T>(); lane++) total += load<T>(TILE + lane * size);
  const log = logarithm<T>(v128.splat<T>(total));
  v128.store(TILE, log);
  let loss: f64 = 0;
  if (labels != 0) loss = <f64>(most - load<T>(row + label(labels, i, n) * size)) + <f64>load<T>(TILE);
  if (output == 0) return loss;
  for (let at = row; at < whole; at += 16) v128.store(at, outcome<T>(v128.load(at), top, log, output));
  v128.store(SPARE, outcome<T>(v128.load(SPARE), top, log, output));
  memory.copy(whole, SPARE, end - whole);
  if (output == GRADIENT) {
    const hit = row + label(labels, i, n) * size;
    store<T>(hit, load<T>(hit) - <T>1);
  }
  return loss;
}

// @ts-ignore: decorator
@inline
function outcome<T>(x: v128, top: v128, log: v128, output: i32): v128 {
  const logarithms = v128.sub<T>(v128.sub<T>(x, top), log);
  return output == GRADIENT ? exponential<T>(logarithms) : logarithms;
}

/** m rows of n classes in place: nothing, log softmax or softmax − one-hot; returns `loss` + Σ −log softmax[label]. */
function softmax<T>(x: usize, labels: usize, m: usize, n: usize, output: i32, loss: f64): f64 {
  if (n > FEW) {
    for (let i: usize = 0; i < m; i++) loss += manyClasses<T>(x, labels, i, n, output);
    return loss;
  }
  for (let i: usize = 0; i < m; i += lanes<T>()) {
    loss += fewClasses<T>(x, labels, i, min(lanes<T>(), m - i), n, output);
  }
  return loss;
}

export function softmaxSingle(x: usize, labels: usize, m: usize, n: usize, output: i32, loss: f64): f64 {
  return softmax<f32>(x, labels, m, n, output, loss);
}

export function softmaxDouble(x: usize, labels: usize, m: usize, n: usize, output: i32, loss: f64): f64 {
  return softmax<f64>(x, labels, m, n, output, loss);
}

// Convolutions as products with `terms` [terms, positions]: what each weight meets at every position of its window.

import { activationGradient } from './arithmetic';
import { activateAll } from './elementwise';
import { multiply } from './product';
import { above, channels, columns, dilation, height, kernelHeight, kernelWidth, left, rows, stride, width } from './windows';

/** First position of a line of windows that meets the image, and the one after the last; entry of the image at the first. */
let first: i32 = 0;
let end: i32 = 0;
let entry: i32 = 0;

/** Sets these for row r of the windows and entry (i, j) of the kernel; false where the line lies beyond the image. */
function meet(r: i32, i: i32, j: i32): bool {
  const y = r * stride + i * dilation - above;
  const across = j * dilation - left;
  if (y < 0 || y >= height) return false;
  first = across >= 0 ? 0 : (-across + stride - 1) / stride;
  end = across < width ? min(columns, (width - 1 - across) / stride + 1) : 0;
  entry = y * width + first * stride + across;
  return first < end;
}

/** Writes the terms that the windows of `planes` planes meet; whole vectors, what is written beyond a line comes to be overwritten. */
function gather<T>(terms: usize, image: usize, planes: i32): void {
  const size = sizeof<T>();
  const line = <usize>columns * size;
  let to = terms;
  for (let c = 0; c < planes; c++, image += <usize>(height * width) * size) {
    for (let i = 0; i < kernelHeight; i++) {
      for (let j = 0; j < kernelWidth; j++) {
        for (let r = 0; r < rows; r++, to += line) {
          if (!meet(r, i, j)) {
            for (let at: usize = 0; at < line; at += 16) v128.store(to + at, i64x2.splat(0));
            continue;
          }
          const start = to + <usize>first * size;
          const stop = to + <usize>end * size;
          let from = image + <usize>entry * size;
          for (let at = to; at < start; at += size) store<T>(at, <T>0);
          if (stride == 1) {
            for (let at = start; at < stop; at += 16, from += 16) v128.store(at, v128.load(from));
          } else {
            for (let at = start; at < stop; at += size, from += <usize>stride * size) store<T>(at, load<T>(from));
          }
          for (let at = stop; at < to + line; at += size) store<T>(at, <T>0);
        }
      }
    }
  }
}

/** Adds to the planes of an image the terms that meet them. */
function scatter<T>(image: usize, terms: usize, planes: i32): void {
  const size = sizeof<T>();
  let line = terms;
  for (let c = 0; c < planes; c++, image += <usize>(height * width) * size) {
    for (let i = 0; i < kernelHeight; i++) {
      for (let j = 0; j < kernelWidth; j++) {
        for (let r = 0; r < rows; r++, line += <usize>columns * size) {
          if (!meet(r, i, j)) continue;
          let to = image + <usize>entry * size;
          let from = line + <usize>first * size;
          const stop = line + <usize>end * size;
          if (stride == 1) {
            for (; from + 16 <= stop; from += 16, to += 16) {
              v128.store(to, v128.add<T>(v128.load(to), v128.load(from)));
            }
          }
          for (; from < stop; from += size, to += <usize>stride * size) store<T>(to, load<T>(to) + load<T>(from));
        }
      }
    }
  }
}

/** y = activation(convolution + bias) of `count` images, the bias null where there is none. */
function convolve<T>(
  y: usize, x: usize, w: usize, bias: usize, count: i32, outputs: i32, groups: i32, activation: i32, terms: usize,
): void {
  const size = sizeof<T>();
  const positions = <usize>(rows * columns);
  const planes = channels / groups;
  const own = <usize>(outputs / groups);
  const k = <usize>(planes * kernelHeight * kernelWidth);
  for (let n = 0; n < count; n++) {
    for (let g = 0; g < groups; g++, x += <usize>(planes * height * width) * size) {
      gather<T>(terms, x, planes);
      for (let o: usize = 0; o < own; o++) {
        const start = bias == 0 ? v128.splat<T>(<T>0) : v128.load_splat<T>(bias + (<usize>g * own + o) * size);
        const row = y + o * positions * size;
        for (let at: usize = 0; at < positions * size; at += 16) v128.store(row + at, start);
      }
      const weights = w + <usize>g * own * size;
      const row = positions * size;
      multiply<T>(y, row, weights, size, <usize>outputs * size, terms, row, size, own, positions, k, true);
      if (activation != 0) activateAll<T>(y, own * positions, activation);
      y += own * positions * size;
    }
  }
}

export function convolveSingle(
  y: usize, x: usize, w: usize, bias: usize, count: i32, outputs: i32, groups: i32, activation: i32, terms: usize,
): void {
  convolve<f32>(y, x, w, bias, count, outputs, groups, activation, terms);
}

export function convolveDouble(
  y: usize, x: usize, w: usize, bias: usize, count: i32, outputs: i32, groups: i32, activation: i32, terms: usize,
): void {
  convolve<f64>(y, x, w, bias, count, outputs, groups, activation, terms);
}

/**
 * Adds gradients of `count` images to dx, dw and db, those that are not null; `slope` has room for the outputs of an image,
 * and dx for a vector behind it.
 */
function convolveGradient<T>(
  dx: usize, dw: usize, db: usize, dy: usize, y: usize, x: usize, w: usize, count: i32, outputs: i32, groups: i32,
  activation: i32, terms: usize, slope: usize,
): void {
  const size = sizeof<T>();
  const positions = <usize>(rows * columns);
  const planes = channels / groups;
  const own = <usize>(outputs / groups);
  const k = <usize>(planes * kernelHeight * kernelWidth);
  const row = positions * size;
  const down = <usize>outputs * size;
  const image = <usize>(planes * height * width) * size;
  for (let n = 0; n < count; n++) {
    for (let g: usize = 0; g < <usize>groups; g++) {
      memory.fill(slope, 0, own * row);
      activationGradient<T>(activation, slope, dy, y, own * positions);
      const columnsOf = g * own * size;
      if (db != 0) {
        for (let o: usize = 0; o < own; o++) {
          let total: f64 = 0;
          for (let at = slope + o * row; at < slope + (o + 1) * row; at += size) total += <f64>load<T>(at);
          const to = db + columnsOf + o * size;
          store<T>(to, <T>(<f64>load<T>(to) + total));
        }
      }
      if (dw != 0) {
        gather<T>(terms, x, planes);
        multiply<T>(dw + columnsOf, down, terms, row, size, slope, size, row, k, own, positions, true);
      }
      if (dx != 0) {
        multiply<T>(terms, row, w + columnsOf, down, size, slope, row, size, k, positions, own, false);
        scatter<T>(dx, terms, planes);
        dx += image;
      }
      x += image;
      dy += own * row;
      y += own * row;
    }
  }
}

export function convolveGradientSingle(
  dx: usize, dw: usize, db: usize, dy: usize, y: usize, x: usize, w: usize, count: i32, outputs: i32, groups: i32,
  activation: i32, terms: usize, slope: usize,
): void {
  convolveGradient<f32>(dx, dw, db, dy, y, x, w, count, outputs, groups, activation, terms, slope);
}

export function convolveGradientDouble(
  dx: usize, dw: usize, db: usize, dy: usize, y: usize, x: usize, w: usize, count: i32, outputs: i32, groups: i32,
  activation: i32, terms: usize, slope: usize,
): void {
  convolveGradient<f64>(dx, dw, db, dy, y, x, w, count, outputs, groups, activation, terms, slope);
}

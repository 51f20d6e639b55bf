// Parts of images as rows of a matrix, so that a convolution is a product.

import { above, channels, columns, dilation, height, kernelHeight, kernelWidth, left, rows, stride, width } from './windows';

/** Row `i` of a window's kernel that begins at column x of row y of a plane. */
// @ts-ignore: decorator
@inline
function kernelRow<T>(to: usize, plane: usize, y: i32, x: i32): void {
  const size = sizeof<T>();
  const along = <usize>kernelWidth * size;
  if (y < 0 || y >= height) {
    // Whole vectors: what is written beyond the end comes to be overwritten.
    for (let j: usize = 0; j < along; j += 16) v128.store(to + j, i64x2.splat(0));
    return;
  }
  const line = plane + <usize>(y * width) * size;
  if (dilation == 1 && x >= 0 && x + kernelWidth <= width) {
    const from = line + <usize>x * size;
    for (let j: usize = 0; j < along; j += 16) v128.store(to + j, v128.load(from + j));
    return;
  }
  for (let j: usize = 0; j < along; j += size, x += dilation) {
    store<T>(to + j, x >= 0 && x < width ? load<T>(line + <usize>x * size) : <T>0);
  }
}

/** Patches of `count` images; up to 16 bytes behind them are written, and behind the images read. */
function patches<T>(to: usize, images: usize, count: i32, firstChannel: i32, patchChannels: i32, bias: bool): void {
  const size = sizeof<T>();
  const plane = <usize>(height * width) * size;
  for (let image = 0; image < count; image++, images += <usize>channels * plane) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let c = firstChannel; c < firstChannel + patchChannels; c++) {
          for (let i = 0; i < kernelHeight; i++) {
            const y = row * stride + i * dilation - above;
            kernelRow<T>(to, images + <usize>c * plane, y, column * stride - left);
            to += <usize>kernelWidth * size;
          }
        }
        if (!bias) continue;
        store<T>(to, <T>1);
        to += size;
      }
    }
  }
}

export function patchesSingle(
  to: usize, images: usize, count: i32, firstChannel: i32, patchChannels: i32, bias: bool,
): void {
  patches<f32>(to, images, count, firstChannel, patchChannels, bias);
}

export function patchesDouble(
  to: usize, images: usize, count: i32, firstChannel: i32, patchChannels: i32, bias: bool,
): void {
  patches<f64>(to, images, count, firstChannel, patchChannels, bias);
}

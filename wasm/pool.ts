// The largest number or the mean of windows without padding on planes [height, width].

import { columns, height, kernelHeight, kernelWidth, rows, stride, width } from './windows';

/** One window from its corner on. */
// @ts-ignore: decorator
@inline
function windowOf<T>(corner: usize, line: usize, tall: usize, wide: usize, average: bool): T {
  const size = sizeof<T>();
  const share = <T>1 / <T>(tall * wide);
  let value = average ? <T>0 : <T>-Infinity;
  for (let i: usize = 0; i < tall; i++, corner += line) {
    for (let at = corner; at < corner + wide * size; at += size) {
      // A NaN is the largest.
      value = average ? value + load<T>(at) * share : max<T>(value, load<T>(at));
    }
  }
  return value;
}

/** Results of all windows of `planes` planes. */
function pool<T>(out: usize, images: usize, planes: usize, average: bool): void {
  const size = sizeof<T>();
  const line = <usize>width * size;
  const tall = <usize>kernelHeight;
  const wide = <usize>kernelWidth;
  const step = <usize>stride * size;
  const end = <usize>columns * step;
  for (let plane: usize = 0; plane < planes; plane++, images += <usize>height * line) {
    for (let r: usize = 0; r < <usize>rows; r++) {
      const from = images + r * <usize>stride * line;
      for (let at: usize = 0; at < end; at += step, out += size) {
        if (average) store<T>(out, windowOf<T>(from + at, line, tall, wide, true));
        else store<T>(out, windowOf<T>(from + at, line, tall, wide, false));
      }
    }
  }
}

export function poolSingle(out: usize, images: usize, planes: usize, average: bool): void {
  pool<f32>(out, images, planes, average);
}

export function poolDouble(out: usize, images: usize, planes: usize, average: bool): void {
  pool<f64>(out, images, planes, average);
}

/** Adds to dx the gradients dy of the results y of the windows of x: to the first of the largest, or in equal parts to all. */
function poolGradient<T>(dx: usize, dy: usize, y: usize, x: usize, planes: usize, average: bool): void {
  const size = sizeof<T>();
  const line = <usize>width * size;
  const wide = <usize>kernelWidth;
  const places = <usize>kernelHeight * wide;
  const step = <usize>stride * size;
  const end = <usize>columns * step;
  for (let plane: usize = 0; plane < planes; plane++, x += <usize>height * line, dx += <usize>height * line) {
    for (let r: usize = 0; r < <usize>rows; r++) {
      for (let at: usize = 0; at < end; at += step, y += size, dy += size) {
        const corner = r * <usize>stride * line + at;
        const gradient = load<T>(dy);
        const result = load<T>(y);
        const share = gradient / <T>places;
        let sought = !average;
        for (let k: usize = 0; k < places && (average || sought); k++) {
          const place = corner + (k / wide) * line + (k % wide) * size;
          if (average) {
            store<T>(dx + place, load<T>(dx + place) + share);
          } else if (load<T>(x + place) == result) {
            store<T>(dx + place, load<T>(dx + place) + gradient);
            sought = false;
          }
        }
      }
    }
  }
}

export function poolGradientSingle(dx: usize, dy: usize, y: usize, x: usize, planes: usize, average: bool): void {
  poolGradient<f32>(dx, dy, y, x, planes, average);
}

export function poolGradientDouble(dx: usize, dy: usize, y: usize, x: usize, planes: usize, average: bool): void {
  poolGradient<f64>(dx, dy, y, x, planes, average);
}

import type { Floats } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';
import { type Windows, windowGrid } from './windows.ts';

export type Pooling = 'average' | 'max';

/**
 * Pools the windows of every channel: out [count, channels, rows, columns] from images [count, channels, height, width].
 * `largest` receives the place of each maximum unless null. Windows have no padding; what lies beyond the last whole
 * window is left out.
 */
export function poolWindows(
  out: Floats,
  largest: Int32Array | null,
  images: Floats,
  count: number,
  windows: Windows,
  kind: Pooling,
): void {
  const { channels, height, width, kernelHeight, kernelWidth, stride } = windows;
  const grid = windowGrid(windows);
  const share = 1 / (kernelHeight * kernelWidth);
  let at = 0;
  for (let plane = 0; plane < count * channels; plane++) {
    for (let r = 0; r < grid.rows; r++) {
      for (let c = 0; c < grid.columns; c++, at++) {
        const corner = (plane * height + r * stride) * width + c * stride;
        if (kind === 'average') {
          let total = 0;
          for (let i = 0; i < kernelHeight; i++) {
            const from = corner + i * width;
            for (let j = from; j < from + kernelWidth; j++) total += images[j]!;
          }
          out[at] = total * share;
          continue;
        }
        let place = corner;
        let top = images[corner]!;
        for (let i = 0; i < kernelHeight; i++) {
          const from = corner + i * width;
          for (let j = from; j < from + kernelWidth; j++) {
            if (images[j]! > top) {
              top = images[j]!;
              place = j;
            }
          }
        }
        out[at] = top;
        if (largest) largest[at] = place;
      }
    }
  }
}

/** Average or maximum of the windows of every channel: x [N, channels, height, width] → [N, channels, rows, columns]. */
export function pool(tape: Tape, x: Tensor, windows: Windows, kind: Pooling): Tensor {
  const { channels, height, width, kernelHeight, kernelWidth, stride } = windows;
  const count = x.size / (channels * height * width);
  const grid = windowGrid(windows);
  const shape = [count, channels, grid.rows, grid.columns];
  const largest = kind === 'max' && x.gradient ? new Int32Array(count * channels * grid.rows * grid.columns) : null;
  const share = 1 / (kernelHeight * kernelWidth);
  return tape.operation(
    shape,
    [x],
    y => poolWindows(y, largest, x.value, count, windows, kind),
    dy => {
      const gradient = x.gradient!;
      if (largest) {
        for (let i = 0; i < dy.length; i++) gradient[largest[i]!]! += dy[i]!;
        return;
      }
      let at = 0;
      for (let plane = 0; plane < count * channels; plane++) {
        for (let r = 0; r < grid.rows; r++) {
          for (let c = 0; c < grid.columns; c++, at++) {
            const corner = (plane * height + r * stride) * width + c * stride;
            const d = dy[at]! * share;
            for (let i = 0; i < kernelHeight; i++) {
              const from = corner + i * width;
              for (let j = from; j < from + kernelWidth; j++) gradient[j]! += d;
            }
          }
        }
      }
    },
  );
}

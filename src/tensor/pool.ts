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
  const average = kind === 'average';
  for (let line = 0; line < count * channels * grid.rows; line++) {
    const plane = Math.floor(line / grid.rows);
    const corner = (plane * height + (line % grid.rows) * stride) * width;
    const at = line * grid.columns;
    const end = at + grid.columns;
    for (let to = at, from = corner; to < end; to++, from += stride) {
      out[to] = images[from]!;
      if (largest) largest[to] = from;
    }
    for (let k = 1; k < kernelHeight * kernelWidth; k++) {
      let from = corner + Math.floor(k / kernelWidth) * width + (k % kernelWidth);
      if (average) {
        for (let to = at; to < end; to++, from += stride) out[to]! += images[from]!;
      } else if (largest) {
        for (let to = at; to < end; to++, from += stride) {
          if (images[from]! > out[to]!) {
            out[to] = images[from]!;
            largest[to] = from;
          }
        }
      } else {
        for (let to = at; to < end; to++, from += stride) out[to] = Math.max(out[to]!, images[from]!);
      }
    }
    if (average) for (let to = at; to < end; to++) out[to]! *= share;
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

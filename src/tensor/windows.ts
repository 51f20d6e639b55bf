import { type Floats, kernels } from '../kernels/index.ts';

/** Where windows stand on images [channels, height, width]; signals have a height of 1. */
export interface Windows {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  /** Distance between the places that a window takes, in rows and columns; 1, side by side, where absent. */
  readonly dilation?: number;
  /** Rows of zeros above and below, columns of zeros left and right. */
  readonly padding: readonly [above: number, below: number, left: number, right: number];
}

/** Rows or columns from the first place of a window to its last. */
export const windowReach = (kernel: number, dilation = 1): number => (kernel - 1) * dilation + 1;

/** Windows above each other and side by side. */
export function windowGrid({ height, width, kernelHeight, kernelWidth, stride, dilation, padding }: Windows): {
  rows: number;
  columns: number;
} {
  const [above, below, left, right] = padding;
  return {
    rows: Math.floor((height + above + below - windowReach(kernelHeight, dilation)) / stride) + 1,
    columns: Math.floor((width + left + right - windowReach(kernelWidth, dilation)) / stride) + 1,
  };
}

/** Numbers of one image with its padding where `gatherWindows` needs room for it; 0 where the kernel pads by itself. */
export function paddedSize({ channels, height, width, padding, dilation = 1 }: Windows): number {
  const [above, below, left, right] = padding;
  if (dilation > 1 || padding.every(p => p === above)) return 0;
  return channels * (height + above + below) * (width + left + right);
}

/**
 * Windows as rows: out[count·windows, patchChannels·kernelHeight·kernelWidth] from images [count, channels, height,
 * width], windows in reading order, numbers in the order channel, row, column. `padded` has room for
 * count·paddedSize numbers.
 */
export function gatherWindows(
  out: Floats,
  images: Floats,
  count: number,
  windows: Windows,
  firstChannel: number,
  patchChannels: number,
  padded: Floats,
): void {
  const { channels, height, width, kernelHeight, kernelWidth, stride, padding, dilation = 1 } = windows;
  if (dilation > 1) {
    gatherDilated(out, images, count, windows, firstChannel, patchChannels);
    return;
  }
  const [above, below, left, right] = padding;
  const part = { channels, kernelHeight, kernelWidth, stride, firstChannel, patchChannels, bias: false };
  if (paddedSize(windows) === 0) {
    kernels().patches(out, images, count, { ...part, height, width, padding: above });
    return;
  }
  const tall = height + above + below;
  const wide = width + left + right;
  padded.fill(0);
  for (let plane = 0; plane < count * channels; plane++) {
    for (let row = 0; row < height; row++) {
      const to = (plane * tall + row + above) * wide + left;
      const from = (plane * height + row) * width;
      for (let i = 0; i < width; i++) padded[to + i] = images[from + i]!;
    }
  }
  kernels().patches(out, padded, count, { ...part, height: tall, width: wide, padding: 0 });
}

/** `gatherWindows` where places lie apart. */
function gatherDilated(
  out: Floats,
  images: Floats,
  count: number,
  windows: Windows,
  firstChannel: number,
  patchChannels: number,
): void {
  const { channels, height, width, kernelHeight, kernelWidth, stride, padding, dilation = 1 } = windows;
  const [above, , left] = padding;
  const { rows, columns } = windowGrid(windows);
  let at = 0;
  for (let n = 0; n < count; n++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        for (let channel = firstChannel; channel < firstChannel + patchChannels; channel++) {
          for (let i = 0; i < kernelHeight; i++) {
            const y = r * stride + i * dilation - above;
            const from = ((n * channels + channel) * height + y) * width;
            for (let j = 0; j < kernelWidth; j++) {
              const x = c * stride + j * dilation - left;
              out[at++] = y >= 0 && y < height && x >= 0 && x < width ? images[from + x]! : 0;
            }
          }
        }
      }
    }
  }
}

/**
 * The adjoint of `gatherWindows`, from the transpose of its rows: adds every number of
 * `lines` [patchChannels·kernelHeight·kernelWidth, count·windows] to the place in the images that it is taken from.
 */
export function addWindows(
  images: Floats,
  lines: Floats,
  count: number,
  windows: Windows,
  firstChannel: number,
  patchChannels: number,
): void {
  const { channels, height, width, kernelHeight, kernelWidth, stride, padding, dilation = 1 } = windows;
  const [above, , left] = padding;
  const grid = windowGrid(windows);
  const positions = grid.rows * grid.columns;
  let line = 0;
  for (let channel = firstChannel; channel < firstChannel + patchChannels; channel++) {
    for (let i = 0; i < kernelHeight; i++) {
      for (let j = 0; j < kernelWidth; j++, line += count * positions) {
        const across = j * dilation - left;
        const first = Math.max(0, Math.ceil(-across / stride));
        const end = Math.min(grid.columns, Math.floor((width - 1 - across) / stride) + 1);
        for (let n = 0; n < count; n++) {
          for (let r = 0; r < grid.rows; r++) {
            const y = r * stride + i * dilation - above;
            if (y < 0 || y >= height) continue;
            const from = line + n * positions + r * grid.columns;
            let to = ((n * channels + channel) * height + y) * width + first * stride + across;
            for (let c = first; c < end; c++, to += stride) images[to]! += lines[from + c]!;
          }
        }
      }
    }
  }
}

/** Puts rows [count·positions, columns] into channels first … first+columns−1 of images [count, channels, positions]. */
export function rowsToPlanes(
  images: Floats,
  rows: Floats,
  count: number,
  positions: number,
  columns: number,
  channels: number,
  first: number,
): void {
  for (let n = 0; n < count; n++) {
    for (let j = 0; j < columns; j++) {
      const to = (n * channels + first + j) * positions;
      let from = n * positions * columns + j;
      for (let p = 0; p < positions; p++, from += columns) images[to + p] = rows[from]!;
    }
  }
}

/** The reverse of `rowsToPlanes`: reads rows out of images. */
export function planesToRows(
  rows: Floats,
  images: Floats,
  count: number,
  positions: number,
  columns: number,
  channels: number,
  first: number,
): void {
  for (let n = 0; n < count; n++) {
    for (let j = 0; j < columns; j++) {
      const from = (n * channels + first + j) * positions;
      let to = n * positions * columns + j;
      for (let p = 0; p < positions; p++, to += columns) rows[to] = images[from + p]!;
    }
  }
}

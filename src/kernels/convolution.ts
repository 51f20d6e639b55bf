import type { Floats } from './kernels.ts';
import { type Windows, windowGrid } from './windows.ts';

/** A convolution: what its windows read and how its channels are divided. */
export interface Convolution extends Windows {
  /** Output channels. */
  readonly outputs: number;
  /** Channels and outputs are divided into so many parts; each output sees the channels of its part alone. */
  readonly groups: number;
}

/** One weight over one row of windows: its entry in w, and the lines of the image and of the output that it joins. */
type Line = (weight: number, image: number, output: number, count: number) => void;

/**
 * Calls `line` for every weight and row of windows, with the first entries of the two lines and their length, padding
 * left out; entries of the image are `stride` apart. A window's terms come in the order channel, row, column.
 */
function eachLine(count: number, shape: Convolution, line: Line): void {
  const { channels, height, width, kernelHeight, kernelWidth, stride, dilation = 1, padding, outputs, groups } = shape;
  const { rows, columns } = windowGrid(shape);
  const [above, , left] = padding;
  const part = channels / groups;
  for (let n = 0; n < count; n++) {
    for (let out = 0; out < outputs; out++) {
      const first = n * channels + Math.floor((out * groups) / outputs) * part;
      for (let k = 0; k < part * kernelHeight * kernelWidth; k++) {
        const across = (k % kernelWidth) * dilation - left;
        const down = (Math.floor(k / kernelWidth) % kernelHeight) * dilation - above;
        const plane = first + Math.floor(k / (kernelHeight * kernelWidth));
        const from = Math.max(0, Math.ceil(-across / stride));
        const end = Math.min(columns, Math.floor((width - 1 - across) / stride) + 1);
        for (let r = 0; r < rows; r++) {
          const y = r * stride + down;
          if (y < 0 || y >= height) continue;
          const image = (plane * height + y) * width + from * stride + across;
          line(k * outputs + out, image, ((n * outputs + out) * rows + r) * columns + from, end - from);
        }
      }
    }
  }
}

/** The readable definition of `convolve`; `finish` is the activation. */
export function convolve(
  y: Floats,
  x: Floats,
  w: Floats,
  bias: Floats | null,
  count: number,
  shape: Convolution,
  finish: (x: number) => number,
): void {
  const { stride, outputs } = shape;
  const { rows, columns } = windowGrid(shape);
  const length = count * outputs * rows * columns;
  y.fill(0, 0, length);
  eachLine(count, shape, (weight, image, output, columns) => {
    const factor = w[weight]!;
    for (let c = 0; c < columns; c++) y[output + c]! += factor * x[image + c * stride]!;
  });
  for (let i = 0; i < length; i++) {
    y[i] = finish(y[i]! + (bias ? bias[Math.floor(i / (rows * columns)) % outputs]! : 0));
  }
}

/** The readable definition of `convolveGradient`; `slope` [as y] is dy times the activation's derivative. */
export function convolveGradient(
  dx: Floats | null,
  dw: Floats | null,
  db: Floats | null,
  slope: Floats,
  x: Floats,
  w: Floats,
  count: number,
  shape: Convolution,
): void {
  const { stride, outputs } = shape;
  const { rows, columns } = windowGrid(shape);
  if (db) {
    for (let i = 0; i < count * outputs * rows * columns; i++) {
      db[Math.floor(i / (rows * columns)) % outputs]! += slope[i]!;
    }
  }
  eachLine(count, shape, (weight, image, output, columns) => {
    if (dx) for (let c = 0; c < columns; c++) dx[image + c * stride]! += w[weight]! * slope[output + c]!;
    if (!dw) return;
    let total = 0;
    for (let c = 0; c < columns; c++) total += x[image + c * stride]! * slope[output + c]!;
    dw[weight]! += total;
  });
}

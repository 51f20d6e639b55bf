import { type Activation, type Floats, kernels } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';
import {
  addWindows,
  gatherWindows,
  paddedSize,
  planesToRows,
  rowsToPlanes,
  type Windows,
  windowGrid,
} from './windows.ts';

/** A convolution: what its windows read and how its channels are divided. */
export interface Convolution extends Windows {
  /** Output channels. */
  readonly outputs: number;
  /** Channels and outputs are divided into so many parts; each output sees the channels of its part alone. */
  readonly groups: number;
}

/** Numbers of gathered windows held at a time, so that they stay near the core. */
const pieceNumbers = 1 << 18;

/**
 * activation(convolution + bias): x [N, channels, height, width], w [channels/groups·kernelHeight·kernelWidth, outputs]
 * (rows in the order channel, row, column), bias [outputs] or null → [N, outputs, rows, columns]. Images are lowered to
 * matrix products some at a time, so that memory does not grow with the batch.
 */
export function convolve(
  tape: Tape,
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  activation: Activation,
  shape: Convolution,
): Tensor {
  const { channels, height, width, outputs, groups } = shape;
  const grid = windowGrid(shape);
  const positions = grid.rows * grid.columns;
  const imageSize = channels * height * width;
  const outputSize = outputs * positions;
  const count = x.size / imageSize;
  const part = channels / groups;
  const [patch] = w.shape as [number, number];
  const columns = outputs / groups;
  const math = kernels();
  const some = Math.min(count, Math.max(1, Math.floor(pieceNumbers / (positions * patch))));
  const gathered = tape.array(some * positions * patch);
  const rows = tape.array(some * positions * columns);
  const padded = tape.array(some * paddedSize(shape));
  const own = groups > 1 ? tape.array(patch * columns) : w.value;
  const inputs = bias ? [x, w, bias] : [x, w];
  const needed = inputs.some(input => input.gradient);
  const slope = needed && activation !== 'linear' ? tape.array(some * outputSize) : null;
  const ownGradient = groups > 1 && w.gradient ? tape.array(patch * columns) : w.gradient;
  const slopes = x.gradient ? tape.array(some * positions * patch) : null;

  return tape.operation(
    [count, outputs, grid.rows, grid.columns],
    inputs,
    y => {
      for (let from = 0; from < count; from += some) {
        const n = Math.min(some, count - from);
        const m = n * positions;
        const images = cut(x.value, from, n, imageSize);
        const out = cut(y, from, n, outputSize);
        for (let g = 0; g < groups; g++) {
          gatherWindows(
            head(gathered, m * patch),
            images,
            n,
            shape,
            g * part,
            part,
            head(padded, n * paddedSize(shape)),
          );
          if (groups > 1) takeColumns(own, w.value, outputs, g * columns, columns);
          const offsets = bias && cut(bias.value, g, 1, columns);
          math.affine(head(rows, m * columns), gathered, own, offsets, m, columns, patch, activation);
          rowsToPlanes(out, rows, n, positions, columns, outputs, g * columns);
        }
      }
    },
    (gradient, y) => {
      for (let from = 0; from < count; from += some) {
        const n = Math.min(some, count - from);
        const m = n * positions;
        let dy = cut(gradient, from, n, outputSize);
        if (slope) {
          const piece = head(slope, n * outputSize).fill(0);
          math.activationGradient(piece, dy, cut(y, from, n, outputSize), activation);
          dy = piece;
        }
        const images = cut(x.value, from, n, imageSize);
        for (let g = 0; g < groups; g++) {
          const d = head(rows, m * columns);
          planesToRows(d, dy, n, positions, columns, outputs, g * columns);
          if (bias?.gradient) math.sumRows(cut(bias.gradient, g, 1, columns), d, m, columns, true);
          if (w.gradient && ownGradient) {
            gatherWindows(
              head(gathered, m * patch),
              images,
              n,
              shape,
              g * part,
              part,
              head(padded, n * paddedSize(shape)),
            );
            const accumulate = groups === 1;
            math.product(ownGradient, gathered, d, { m: patch, n: columns, k: m, transposeA: true, accumulate });
            if (groups > 1) addColumns(w.gradient, ownGradient, outputs, g * columns, columns);
          }
          if (x.gradient && slopes) {
            if (groups > 1) takeColumns(own, w.value, outputs, g * columns, columns);
            math.product(slopes, own, d, { m: patch, n: m, k: columns, transposeB: true });
            addWindows(cut(x.gradient, from, n, imageSize), slopes, n, shape, g * part, part);
          }
        }
      }
    },
  );
}

function head(array: Floats, size: number): Floats {
  return array.length === size ? array : array.subarray(0, size);
}

function cut(array: Floats, from: number, count: number, size: number): Floats {
  return count * size === array.length ? array : array.subarray(from * size, (from + count) * size);
}

/** Columns first … first+columns−1 of a matrix [rows, width], packed. */
export function takeColumns(out: Floats, matrix: Floats, width: number, first: number, columns: number): void {
  for (let from = first, to = 0; to < out.length; from += width, to += columns) {
    for (let j = 0; j < columns; j++) out[to + j] = matrix[from + j]!;
  }
}

function addColumns(matrix: Floats, part: Floats, width: number, first: number, columns: number): void {
  for (let to = first, from = 0; from < part.length; to += width, from += columns) {
    for (let j = 0; j < columns; j++) matrix[to + j]! += part[from + j]!;
  }
}

import { type Activation, type Convolution, kernels, windowGrid } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

/**
 * activation(convolution + bias): x [N, channels, height, width], w [channels/groups·kernelHeight·kernelWidth, outputs]
 * (rows in the order channel, row, column), bias [outputs] or null → [N, outputs, rows, columns].
 */
export function convolve(
  tape: Tape,
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  activation: Activation,
  shape: Convolution,
): Tensor {
  const { channels, height, width, outputs } = shape;
  const { rows, columns } = windowGrid(shape);
  const count = x.size / (channels * height * width);
  const offsets = bias?.value ?? null;
  const math = kernels();
  return tape.operation(
    [count, outputs, rows, columns],
    bias ? [x, w, bias] : [x, w],
    y => math.convolve(y, x.value, w.value, offsets, count, shape, activation),
    (dy, y) => {
      const byBias = bias?.gradient ?? null;
      math.convolveGradient(x.gradient, w.gradient, byBias, dy, y, x.value, w.value, count, shape, activation);
    },
  );
}

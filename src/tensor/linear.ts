import { type Activation, kernels } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

/** activation(x·w + bias): x [m, k], w [k, n], bias [n] or null → [m, n]; leading axes of x count as rows. */
export function affine(
  tape: Tape,
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  activation: Activation = 'linear',
): Tensor {
  const [k, n] = w.shape as [number, number];
  const m = x.size / k;
  const math = kernels();
  const inputs = bias ? [x, w, bias] : [x, w];
  const needed = inputs.some(input => input.gradient);
  const scratch = activation !== 'linear' && needed ? tape.array(m * n) : null;
  const weightShape = { m: k, n, k: m, transposeA: true, accumulate: true };
  const inputShape = { m, n: k, k: n, transposeB: true, accumulate: true };
  return tape.operation(
    [...x.shape.slice(0, -1), n],
    inputs,
    y => math.affine(y, x.value, w.value, bias ? bias.value : null, m, n, k, activation),
    (dy, y) => {
      let slope = dy;
      if (scratch) {
        scratch.fill(0);
        math.activationGradient(scratch, dy, y, activation);
        slope = scratch;
      }
      if (w.gradient) math.product(w.gradient, x.value, slope, weightShape);
      if (x.gradient) math.product(x.gradient, slope, w.value, inputShape);
      if (bias?.gradient) math.sumRows(bias.gradient, slope, m, n, true);
    },
  );
}

/** a·b: [m, k] and [k, n] → [m, n]. */
export function product(tape: Tape, a: Tensor, b: Tensor): Tensor {
  return affine(tape, a, b, null);
}

/** activation(x), elementwise, with its derivative taken from the output. */
export function activate(tape: Tape, x: Tensor, activation: Activation): Tensor {
  if (activation === 'linear') return x;
  const math = kernels();
  return tape.operation(
    x.shape,
    [x],
    y => math.unary(activation, y, x.value),
    (dy, y) => math.activationGradient(x.gradient!, dy, y, activation),
  );
}

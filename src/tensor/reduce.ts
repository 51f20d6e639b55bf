import { kernels } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

/** Σ x → [1], summed in double precision. */
export function sum(tape: Tape, x: Tensor): Tensor {
  const math = kernels();
  return tape.operation(
    [1],
    [x],
    y => {
      y[0] = math.sum(x.value);
    },
    dy => {
      const g = x.gradient!;
      const d = dy[0]!;
      for (let i = 0; i < g.length; i++) g[i]! += d;
    },
  );
}

/** Σ a·b → [1], summed in double precision; the two may be one and the same tensor. */
export function dot(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const math = kernels();
  return tape.operation(
    [1],
    [a, b],
    y => {
      y[0] = math.dot(a.value, b.value);
    },
    dy => {
      if (a.gradient) math.axpy(a.gradient, dy[0]!, b.value);
      if (b.gradient) math.axpy(b.gradient, dy[0]!, a.value);
    },
  );
}

/** Σ over rows of x [m, n] → [n]. */
export function sumRows(tape: Tape, x: Tensor): Tensor {
  const math = kernels();
  const n = x.shape[x.shape.length - 1]!;
  const m = x.size / n;
  return tape.operation(
    [n],
    [x],
    y => math.sumRows(y, x.value, m, n, false),
    dy => math.axpy(x.gradient!, 1, dy),
  );
}

import { type BinaryOperation, type Floats, kernels, type UnaryOperation } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

/** a ∘ b elementwise; b is repeated along the leading axes of a where it is shorter (its size divides that of a). */
function binary(
  tape: Tape,
  operation: BinaryOperation,
  a: Tensor,
  b: Tensor,
  backward: (dy: Floats, y: Floats) => void,
) {
  if (a.size % b.size !== 0) throw new Error(`internal: cannot repeat [${b.shape}] over [${a.shape}].`);
  const math = kernels();
  return tape.operation(a.shape, [a, b], y => math.binary(operation, y, a.value, b.value), backward);
}

/** Adds Σ over repetitions of x to `out`. */
function addRepeated(out: Floats, x: Floats): void {
  const math = kernels();
  if (out.length === x.length) math.axpy(out, 1, x);
  else math.sumRows(out, x, x.length / out.length, out.length, true);
}

/** a + b, b repeated over the leading axes of a. */
export function add(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const math = kernels();
  return binary(tape, 'add', a, b, dy => {
    if (a.gradient) math.axpy(a.gradient, 1, dy);
    if (b.gradient) addRepeated(b.gradient, dy);
  });
}

/** a − b, b repeated over the leading axes of a. */
export function subtract(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const math = kernels();
  const scratch = b.gradient ? tape.array(a.size) : null;
  return binary(tape, 'subtract', a, b, dy => {
    if (a.gradient) math.axpy(a.gradient, 1, dy);
    if (b.gradient && scratch) {
      math.scale(scratch, dy, -1, 0);
      addRepeated(b.gradient, scratch);
    }
  });
}

/** a·b elementwise, b repeated over the leading axes of a. */
export function multiply(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const math = kernels();
  const scratch = a.gradient || b.gradient ? tape.array(a.size) : null;
  return binary(tape, 'multiply', a, b, dy => {
    if (!scratch) return;
    if (a.gradient) {
      math.binary('multiply', scratch, dy, b.value);
      math.axpy(a.gradient, 1, scratch);
    }
    if (b.gradient) {
      math.binary('multiply', scratch, dy, a.value);
      addRepeated(b.gradient, scratch);
    }
  });
}

/** a/b elementwise, b repeated over the leading axes of a. */
export function divide(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const math = kernels();
  const scratch = a.gradient || b.gradient ? tape.array(a.size) : null;
  return binary(tape, 'divide', a, b, (dy, y) => {
    if (!scratch) return;
    math.binary('divide', scratch, dy, b.value);
    if (a.gradient) math.axpy(a.gradient, 1, scratch);
    if (b.gradient) {
      math.binary('multiply', scratch, scratch, y);
      math.scale(scratch, scratch, -1, 0);
      addRepeated(b.gradient, scratch);
    }
  });
}

/** dx += dy·f′(x), from x and y = f(x); `scratch` is of their size. */
type Slope = (dx: Floats, dy: Floats, y: Floats, x: Floats, scratch: Floats) => void;

/** f′ = times·v or times/v, v being x or y. */
function slopeBy(operation: 'multiply' | 'divide', v: 'x' | 'y', times: number): Slope {
  return (dx, dy, y, x, scratch) => {
    kernels().binary(operation, scratch, dy, v === 'x' ? x : y);
    kernels().axpy(dx, times, scratch);
  };
}

const slopes: Readonly<Record<UnaryOperation, Slope>> = {
  exp: slopeBy('multiply', 'y', 1),
  log: slopeBy('divide', 'x', 1),
  sqrt: slopeBy('divide', 'y', 0.5),
  square: slopeBy('multiply', 'x', 2),
  reciprocal: (dx, dy, y) => {
    for (let i = 0; i < dx.length; i++) dx[i]! -= dy[i]! * y[i]! * y[i]!;
  },
  negate: (dx, dy) => kernels().axpy(dx, -1, dy),
  abs: (dx, dy, _, x) => {
    for (let i = 0; i < dx.length; i++) dx[i]! += x[i]! < 0 ? -dy[i]! : dy[i]!;
  },
  softplus: (dx, dy, y) => {
    for (let i = 0; i < dx.length; i++) dx[i]! -= dy[i]! * Math.expm1(-y[i]!);
  },
  sigmoid: (dx, dy, y) => {
    for (let i = 0; i < dx.length; i++) dx[i]! += dy[i]! * y[i]! * (1 - y[i]!);
  },
  relu: (dx, dy, y) => kernels().activationGradient(dx, dy, y, 'relu'),
  tanh: (dx, dy, y) => kernels().activationGradient(dx, dy, y, 'tanh'),
  hardtanh: (dx, dy, y) => kernels().activationGradient(dx, dy, y, 'hardtanh'),
};

/** operation(x), elementwise. */
export function unary(tape: Tape, operation: UnaryOperation, x: Tensor): Tensor {
  const math = kernels();
  const slope = slopes[operation];
  const scratch = tape.array(x.gradient ? x.size : 0);
  return tape.operation(
    x.shape,
    [x],
    y => math.unary(operation, y, x.value),
    (dy, y) => slope(x.gradient!, dy, y, x.value, scratch),
  );
}

/** alpha·x + beta. */
export function scale(tape: Tape, x: Tensor, alpha: number, beta = 0): Tensor {
  const math = kernels();
  return tape.operation(
    x.shape,
    [x],
    y => math.scale(y, x.value, alpha, beta),
    dy => math.axpy(x.gradient!, alpha, dy),
  );
}

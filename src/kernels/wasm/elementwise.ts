import { activationCodes, binaryCodes, unaryCodes } from '../codes.ts';
import type { Floats, Kernels } from '../kernels.ts';
import { reference } from '../reference.ts';
import { type Memory, PIECE, repeatedBytes } from './memory.ts';

/** Numbers below which arithmetic that has the reference's bits is the reference's: copying them costs more than it. */
const FEW = 128;

/** Numbers below which the module adds one after the other, as the reference does. */
const ALONE = 8;

type Elementwise = Pick<
  Kernels,
  'unary' | 'binary' | 'axpy' | 'scale' | 'activationGradient' | 'clampGradient' | 'sum' | 'dot' | 'range' | 'sumRows'
>;

export function elementwise(memory: Memory): Elementwise {
  const { module } = memory;
  const single = (x: Floats) => x instanceof Float32Array;
  /** A place for a piece of arrays of as many numbers as x. */
  const pieceOf = (x: Floats) => memory.place(Math.min(PIECE, x.length) * x.BYTES_PER_ELEMENT);
  return {
    unary(operation, y, x) {
      const run = single(y) ? module.unarySingle : module.unaryDouble;
      const code = unaryCodes[operation];
      memory.open();
      const at = pieceOf(y);
      for (let from = 0; from < y.length; from += PIECE) {
        const count = Math.min(PIECE, y.length - from);
        memory.put(at, x, from, count);
        run(code, at, at, count);
        memory.take(y, from, count, at);
      }
    },
    binary(operation, y, a, b) {
      if (y.length < FEW) return reference.binary(operation, y, a, b);
      const run = single(y) ? module.binarySingle : module.binaryDouble;
      const code = binaryCodes[operation];
      withRepeated(memory, y, a, b, (at, count, other, length) => run(code, at, count, other, length));
    },
    axpy(y, alpha, x) {
      if (y.length < FEW) return reference.axpy(y, alpha, x);
      const run = single(y) ? module.axpySingle : module.axpyDouble;
      withRepeated(memory, y, y, x, (at, count, other, length) => run(at, count, alpha, other, length));
    },
    scale(y, x, alpha, beta) {
      if (y.length < FEW) return reference.scale(y, x, alpha, beta);
      const run = single(y) ? module.scaleSingle : module.scaleDouble;
      memory.open();
      const at = pieceOf(y);
      for (let from = 0; from < y.length; from += PIECE) {
        const count = Math.min(PIECE, y.length - from);
        memory.put(at, x, from, count);
        run(at, count, alpha, beta);
        memory.take(y, from, count, at);
      }
    },
    activationGradient(dx, dy, y, activation) {
      const run = single(y) ? module.activationGradientSingle : module.activationGradientDouble;
      const code = activationCodes[activation];
      withTwo(memory, dx, dy, y, (at, atDy, atY, count) => run(code, at, atDy, atY, count));
    },
    clampGradient(dx, dy, x, low, high) {
      const run = single(x) ? module.clampGradientSingle : module.clampGradientDouble;
      withTwo(memory, dx, dy, x, (at, atDy, atX, count) => run(at, atDy, atX, count, low, high));
    },
    sum(x) {
      if (x.length < ALONE) return reference.sum(x);
      const run = single(x) ? module.sumSingle : module.sumDouble;
      memory.open();
      const at = pieceOf(x);
      let total = 0;
      for (let from = 0; from < x.length; from += PIECE) {
        const count = Math.min(PIECE, x.length - from);
        memory.put(at, x, from, count);
        total += run(at, count);
      }
      return total;
    },
    dot(a, b) {
      if (a.length < ALONE) return reference.dot(a, b);
      const run = single(a) ? module.dotSingle : module.dotDouble;
      memory.open();
      const [atA, atB] = [pieceOf(a), pieceOf(a)];
      let total = 0;
      for (let from = 0; from < a.length; from += PIECE) {
        const count = Math.min(PIECE, a.length - from);
        memory.put(atA, a, from, count);
        memory.put(atB, b, from, count);
        total += run(atA, atB, count);
      }
      return total;
    },
    range(out, x) {
      const run = single(x) ? module.rangeSingle : module.rangeDouble;
      out[0] = Number.POSITIVE_INFINITY;
      out[1] = Number.NEGATIVE_INFINITY;
      memory.open();
      const ends = memory.place(48);
      memory.put(ends, out, 0, 2);
      const at = pieceOf(x);
      for (let from = 0; from < x.length; from += PIECE) {
        const count = Math.min(PIECE, x.length - from);
        memory.put(at, x, from, count);
        run(ends, at, count);
      }
      memory.take(out, 0, 2, ends);
    },
    sumRows(out, x, m, n, accumulate) {
      const [add, settle] = single(x)
        ? [module.addRowsSingle, module.settleSingle]
        : [module.addRowsDouble, module.settleDouble];
      if (!accumulate) out.fill(0, 0, n);
      if (n === 0) return;
      const rows = Math.max(1, Math.min(m, Math.floor(PIECE / n)));
      memory.open();
      const totals = memory.copyOf(new Float64Array(n));
      const at = memory.place(rows * n * x.BYTES_PER_ELEMENT);
      for (let i = 0; i < m; i += rows) {
        const count = Math.min(rows, m - i);
        memory.put(at, x, i * n, count * n);
        add(totals, at, count, n);
      }
      memory.put(at, out, 0, n);
      settle(at, totals, n);
      memory.take(out, 0, n, at);
    },
  };
}

/** y from x and an operand that is repeated where it is shorter, piece by piece: a short one is copied once. */
function withRepeated(
  memory: Memory,
  y: Floats,
  x: Floats,
  repeated: Floats,
  run: (at: number, count: number, other: number, length: number) => void,
): void {
  const period = repeated.length;
  const short = period <= PIECE && period < y.length;
  const most = short ? Math.floor(PIECE / period) * period : Math.min(PIECE, period);
  memory.open();
  const other = memory.place(short ? repeatedBytes(repeated) : most * y.BYTES_PER_ELEMENT);
  if (short) memory.put(other, repeated, 0, period);
  const at = memory.place(most * y.BYTES_PER_ELEMENT);
  for (let from = 0; from < y.length; ) {
    const left = short ? most : Math.min(most, period - (from % period));
    const count = Math.min(left, y.length - from);
    memory.put(at, x, from, count);
    if (!short) memory.put(other, repeated, from % period, count);
    run(at, count, other, short ? period : count);
    memory.take(y, from, count, at);
    from += count;
  }
}

/** Changes y from itself and two operands, piece by piece. */
function withTwo(
  memory: Memory,
  y: Floats,
  a: Floats,
  b: Floats,
  run: (at: number, atA: number, atB: number, count: number) => void,
): void {
  const bytes = Math.min(PIECE, y.length) * y.BYTES_PER_ELEMENT;
  memory.open();
  const at = memory.place(bytes);
  const atA = memory.place(bytes);
  const atB = memory.place(bytes);
  for (let from = 0; from < y.length; from += PIECE) {
    const count = Math.min(PIECE, y.length - from);
    memory.put(at, y, from, count);
    memory.put(atA, a, from, count);
    memory.put(atB, b, from, count);
    run(at, atA, atB, count);
    memory.take(y, from, count, at);
  }
}

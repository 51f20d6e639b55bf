import { type Floats, kernels } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

/**
 * x rounded to low, low + step, … and held within [low, high]; a step of 0 only holds. The derivative is that of the
 * holding alone, 1 inside and 0 outside (straight-through: Bengio, Léonard & Courville, arXiv 1308.3432).
 */
export function quantise(tape: Tape, x: Tensor, range: { step: number; low: number; high: number }): Tensor {
  const { step, low, high } = range;
  const math = kernels();
  return tape.operation(
    x.shape,
    [x],
    y => math.quantise(y, x.value, step, low, high),
    dy => math.clampGradient(x.gradient!, dy, x.value, low, high),
  );
}

/** Entries that a range covering less than all of a tensor is estimated from. */
const sampled = 4096;

/**
 * x rounded as by a converter of `bits` bits whose range is fitted to x: ±q, or [0, q] where nothing is negative, q the
 * largest magnitude or the one that the share `covered` does not exceed. The gradient passes straight through inside
 * the range and stops where the converter saturates.
 */
export function quantiseThrough(tape: Tape, x: Tensor, bits: number, covered = 1): Tensor {
  const math = kernels();
  const stride = Math.ceil(x.size / sampled) | 1;
  const magnitude = tape.array(covered < 1 ? Math.ceil(x.size / stride) : 0);
  const ends = tape.array(2);
  let high = 0;
  return tape.operation(
    x.shape,
    [x],
    y => {
      const { value } = x;
      math.range(ends, value);
      high = Math.max(-ends[0]!, ends[1]!);
      if (covered < 1) {
        for (let i = 0; i < magnitude.length; i++) magnitude[i] = Math.abs(value[i * stride]!);
        high = ranked(magnitude, Math.min(magnitude.length - 1, Math.ceil(covered * magnitude.length))) || high;
      }
      if (high === 0) y.fill(0);
      else if (ends[0]! < 0) math.quantise(y, value, (2 * high) / (2 ** bits - 2), -high, high);
      else math.quantise(y, value, high / (2 ** bits - 1), 0, high);
    },
    dy => {
      if (covered >= 1) math.axpy(x.gradient!, 1, dy);
      else math.clampGradient(x.gradient!, dy, x.value, -high, high);
    },
  );
}

/**
 * The same with a converter of its own for every column: x [N, columns, positions], and every column's range is fitted to what
 * is in it; ranges begin at 0 where nothing in x is negative.
 */
export function quantiseColumns(
  tape: Tape,
  x: Tensor,
  bits: number,
  { columns, positions }: { readonly columns: number; readonly positions: number },
  covered = 1,
): Tensor {
  const math = kernels();
  const perColumn = x.size / columns;
  const stride = Math.ceil(perColumn / sampled) | 1;
  const magnitude = tape.array(covered < 1 ? Math.ceil(perColumn / stride) : 0);
  const highs = new Float64Array(columns);
  const shares = tape.array(x.size);
  const ends = tape.array(2);
  /** Where entry `i` of a column stands. */
  const place = (column: number, i: number) =>
    (Math.floor(i / positions) * columns + column) * positions + (i % positions);
  const scaled = (out: Floats, from: Floats, factorOf: (column: number) => number) => {
    for (let at = 0, column = 0; at < from.length; column = (column + 1) % columns) {
      const factor = factorOf(column);
      for (const end = at + positions; at < end; at++) out[at] = from[at]! * factor;
    }
  };
  return tape.operation(
    x.shape,
    [x],
    y => {
      const { value } = x;
      math.range(ends, value);
      highs.fill(0);
      for (let at = 0, column = 0; at < value.length; column = (column + 1) % columns) {
        for (const end = at + positions; at < end; at++) highs[column] = Math.max(highs[column]!, Math.abs(value[at]!));
      }
      if (covered < 1) {
        for (let column = 0; column < columns; column++) {
          for (let i = 0; i < magnitude.length; i++) magnitude[i] = Math.abs(value[place(column, i * stride)]!);
          const rank = Math.min(magnitude.length - 1, Math.ceil(covered * magnitude.length));
          highs[column] = ranked(magnitude, rank) || highs[column]!;
        }
      }
      scaled(shares, value, column => (highs[column]! > 0 ? 1 / highs[column]! : 0));
      if (ends[0]! < 0) math.quantise(y, shares, 2 / (2 ** bits - 2), -1, 1);
      else math.quantise(y, shares, 1 / (2 ** bits - 1), 0, 1);
      scaled(y, y, column => highs[column]!);
    },
    dy => {
      if (covered >= 1) math.axpy(x.gradient!, 1, dy);
      else math.clampGradient(x.gradient!, dy, shares, -1, 1);
    },
  );
}

/** The entry that would stand at `rank` if x were sorted; leaves x in another order (Hoare, CACM 4(7), 1961). */
function ranked(x: Floats, rank: number): number {
  let [from, to] = [0, x.length - 1];
  while (from < to) {
    const pivot = x[(from + to) >> 1]!;
    let [i, j] = [from, to];
    while (i <= j) {
      while (x[i]! < pivot) i++;
      while (x[j]! > pivot) j--;
      if (i > j) break;
      const kept = x[i]!;
      x[i++] = x[j]!;
      x[j--] = kept;
    }
    if (rank <= j) to = j;
    else if (rank >= i) from = i;
    else break;
  }
  return x[rank]!;
}

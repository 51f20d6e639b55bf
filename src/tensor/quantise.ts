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

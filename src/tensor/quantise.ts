import { kernels } from '../kernels/index.ts';
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
    dy => {
      const gradient = x.gradient!;
      for (let i = 0; i < gradient.length; i++) {
        if (x.value[i]! >= low && x.value[i]! <= high) gradient[i]! += dy[i]!;
      }
    },
  );
}

/**
 * x rounded to `bits` bits over ±max|x| of the whole tensor, as a converter with a fitted range does; the gradient
 * passes straight through.
 */
export function quantiseThrough(tape: Tape, x: Tensor, bits: number): Tensor {
  const math = kernels();
  const magnitude = tape.array(x.size);
  return tape.operation(
    x.shape,
    [x],
    y => {
      math.unary('abs', magnitude, x.value);
      let range = 0;
      for (let i = 0; i < magnitude.length; i++) if (magnitude[i]! > range) range = magnitude[i]!;
      if (range === 0) y.fill(0);
      else math.quantise(y, x.value, (2 * range) / (2 ** bits - 2), -range, range);
    },
    dy => math.axpy(x.gradient!, 1, dy),
  );
}

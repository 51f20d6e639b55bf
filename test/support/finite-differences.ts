import { expect } from 'vitest';
import { fold, keyOf } from '../../src/random/index.ts';
import { sizeOf, Tape, type Tensor } from '../../src/tensor/index.ts';
import { normals } from './normals.ts';

/** Derivative of what `value` computes from `array` by its entry i, by a step to either side. */
export function derivative(array: Float64Array, i: number, step: number, value: () => number): number {
  const kept = array[i]!;
  array[i] = kept + step;
  const above = value();
  array[i] = kept - step;
  const below = value();
  array[i] = kept;
  return (above - below) / (2 * step);
}

/**
 * Compares the gradient of a random projection of `build(tape, parameters)` with central differences in double
 * precision, then replays the tape at another point and compares again. `domain` may map raw normals into the domain.
 */
export function checkGradient(
  shapes: readonly (readonly number[])[],
  build: (tape: Tape, parameters: readonly Tensor[]) => Tensor,
  { seed = 1, domain = (x: number) => x, tolerance = 1e-6 } = {},
): void {
  const tape = new Tape('f64');
  const arrays = shapes.map((shape, i) => normals(seed * 31 + i, sizeOf(shape)).map(domain));
  const gradients = arrays.map(a => new Float64Array(a.length));
  const parameters = shapes.map((shape, i) => tape.parameter(shape, arrays[i]!, gradients[i]!));
  const out = build(tape, parameters);
  const projection = normals(seed * 31 + 97, out.size);
  const loss = tape.operation(
    [1],
    [out],
    y => {
      y[0] = 0;
      for (let i = 0; i < out.size; i++) y[0] += out.value[i]! * projection[i]!;
    },
    dy => {
      for (let i = 0; i < out.size; i++) out.gradient![i]! += dy[0]! * projection[i]!;
    },
  );
  const evaluate = () => {
    tape.forward();
    return loss.value[0]!;
  };
  for (let run = 0; run < 2; run++) {
    evaluate();
    tape.backward(loss);
    const found = gradients.map(g => g.slice());
    arrays.forEach((array, i) => {
      for (let j = 0; j < array.length; j++) {
        const expected = derivative(array, j, 1e-5 * Math.max(1, Math.abs(array[j]!)), evaluate);
        const error = Math.abs(found[i]![j]! - expected) / Math.max(1, Math.abs(expected));
        if (error < tolerance) continue;
        expect(error, `parameter ${i}[${j}]: ${found[i]![j]} against ${expected}`).toBeLessThan(tolerance);
      }
    });
    arrays.forEach((array, i) => {
      array.set(normals(fold(keyOf(seed), i).word0, array.length).map(domain));
    });
  }
}

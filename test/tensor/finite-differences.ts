import { expect } from 'vitest';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { sizeOf, Tape, type Tensor } from '../../src/tensor/index.ts';

/** Standard normals of a size. */
export function normals(seed: number, size: number): Float64Array {
  return fillNormal(keyOf(seed), new Float64Array(size));
}

/**
 * Compares the gradient of a random projection of `build(tape, parameters)` with central differences in double
 * precision, then replays the tape at another point and compares again. `values` may map raw normals into the domain.
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
        const value = array[j]!;
        const step = 1e-5 * Math.max(1, Math.abs(value));
        array[j] = value + step;
        const above = evaluate();
        array[j] = value - step;
        const below = evaluate();
        array[j] = value;
        const expected = (above - below) / (2 * step);
        const error = Math.abs(found[i]![j]! - expected) / Math.max(1, Math.abs(expected));
        expect(error, `parameter ${i}[${j}]: ${found[i]![j]} against ${expected}`).toBeLessThan(tolerance);
      }
    });
    arrays.forEach((array, i) => {
      array.set(normals(fold(keyOf(seed), i).word0, array.length).map(domain));
    });
  }
}

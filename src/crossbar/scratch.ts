import type { Floats } from '../kernels/index.ts';

/** Arrays that are used again and again, so that loops allocate nothing. */
export class Scratch<T extends Floats = Float32Array> {
  private readonly held = new Map<string, T>();

  constructor(private readonly make: (length: number) => T) {}

  /** An array of the given length; what it holds is left over from the last one of the name, which it replaces. */
  take(name: string, length: number): T {
    let array = this.held.get(name);
    if (!array || array.length < length) {
      array = this.make(length);
      this.held.set(name, array);
    }
    return (array.length === length ? array : array.subarray(0, length)) as T;
  }
}

/** Scratch arrays of the precision of `floats`. */
export function scratchLike(floats: Floats): Scratch<Floats> {
  return new Scratch<Floats>(length =>
    floats instanceof Float32Array ? new Float32Array(length) : new Float64Array(length),
  );
}

/** The numbers in the precision of `floats`. */
export function inPrecisionOf(floats: Floats, values: ArrayLike<number>): Floats {
  if (floats instanceof Float32Array) return values instanceof Float32Array ? values : Float32Array.from(values);
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

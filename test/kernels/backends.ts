import { describe } from 'vitest';
import { type Floats, type Kernels, reference } from '../../src/kernels/index.ts';
import { loadNative } from '../../src/kernels/native.ts';

export const native = loadNative();

export interface Precision {
  readonly name: 'single' | 'double';
  readonly make: (values: number | ArrayLike<number>) => Floats;
  /** Distance from 1 to the next number. */
  readonly epsilon: number;
}

export const precisions: readonly Precision[] = [
  { name: 'single', make: values => new Float32Array(values as number), epsilon: 2 ** -23 },
  { name: 'double', make: values => new Float64Array(values as number), epsilon: 2 ** -52 },
];

/** Runs the suite over each back end and precision; where the native kernels are not built their part shows as skipped. */
export function onEach(title: string, suite: (kernels: Kernels, precision: Precision) => void): void {
  for (const precision of precisions) {
    describe(`${title}, reference, ${precision.name} precision`, () => suite(reference, precision));
    describe.skipIf(!native)(`${title}, native, ${precision.name} precision`, () =>
      suite(native ?? reference, precision),
    );
  }
}

/** Whether two arrays hold the same bits; quicker than comparing large arrays entry by entry. */
export function sameBits(a: Floats, b: Floats): boolean {
  const bytes = (x: Floats) => Buffer.from(x.buffer, x.byteOffset, x.byteLength);
  return bytes(a).equals(bytes(b));
}

/** Numbers in [−1, 1) that depend on the seed alone. */
export function numbers(precision: Precision, count: number, seed: number): Floats {
  const values = precision.make(count);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 2 ** 31 - 1;
  }
  return values;
}

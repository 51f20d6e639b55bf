import { describe } from 'vitest';
import { type Floats, type Kernels, reference } from '../../src/kernels/index.ts';
import { loadNative } from '../../src/kernels/native.ts';
import { loadWasm } from '../../src/kernels/wasm/kernels.ts';

export const native = loadNative();

const wasm = loadWasm();

/** The back ends that are compiled; those that this machine lacks show as skipped. */
const compiled = [
  ['wasm', wasm],
  ['native', native],
] as const;

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

/** Runs the suite over each back end that is compiled. */
export function onCompiled(title: string, suite: (kernels: Kernels) => void): void {
  for (const [name, kernels] of compiled) {
    describe.skipIf(!kernels)(`${title}, ${name}`, () => suite(kernels ?? reference));
  }
}

/** Runs the suite over each back end and precision. */
export function onEach(title: string, suite: (kernels: Kernels, precision: Precision) => void): void {
  for (const precision of precisions) {
    describe(`${title}, reference, ${precision.name} precision`, () => suite(reference, precision));
    onCompiled(`${title}, ${precision.name} precision`, kernels => suite(kernels, precision));
  }
}

/** Whether two arrays hold the same bits; quicker than comparing large arrays entry by entry. */
export function sameBits(a: Floats, b: Floats): boolean {
  const bytes = (x: Floats) => Buffer.from(x.buffer, x.byteOffset, x.byteLength);
  return bytes(a).equals(bytes(b));
}

/** Largest distance of two entries at one place. */
export function furthest(a: Floats, b: Floats): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
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

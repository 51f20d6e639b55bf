import type { Activation, ProductShape, UnaryOperation } from './kernels.ts';

/** Numbers by which compiled kernels know activations. */
export const activationCodes: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, tanh: 2, hardtanh: 3 };

/** Numbers by which compiled kernels know operations on one number. */
export const unaryCodes: Readonly<Record<UnaryOperation, number>> = {
  exp: 0,
  log: 1,
  sqrt: 2,
  square: 3,
  reciprocal: 4,
  negate: 5,
  abs: 6,
  softplus: 7,
  sigmoid: 8,
  relu: 9,
  tanh: 10,
  hardtanh: 11,
};

/** What a product does beside multiplying, a bit each, as compiled kernels know it. */
export function productFlags({ transposeA, transposeB, sharedA, sharedB, accumulate }: Partial<ProductShape>): number {
  return (transposeA ? 1 : 0) | (transposeB ? 2 : 0) | (sharedA ? 4 : 0) | (sharedB ? 8 : 0) | (accumulate ? 16 : 0);
}

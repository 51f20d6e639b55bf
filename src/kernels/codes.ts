import type { Convolution } from './convolution.ts';
import type { Activation, AdamOptions, BinaryOperation, ProductShape, UnaryOperation } from './kernels.ts';
import type { PoolShape } from './pool.ts';
import type { Windows } from './windows.ts';

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

/** Numbers by which compiled kernels know operations on two. */
export const binaryCodes: Readonly<Record<BinaryOperation, number>> = { add: 0, subtract: 1, multiply: 2, divide: 3 };

/** What a product does beside multiplying, a bit each, as compiled kernels know it. */
export function productFlags({ transposeA, transposeB, sharedA, sharedB, accumulate }: Partial<ProductShape>): number {
  return (transposeA ? 1 : 0) | (transposeB ? 2 : 0) | (sharedA ? 4 : 0) | (sharedB ? 8 : 0) | (accumulate ? 16 : 0);
}

/** The rates of a step of Adam, with the corrections of its bias. */
export function adamNumbers({ rate, beta1, beta2, epsilon, step }: AdamOptions) {
  return [rate, beta1, beta2, epsilon, 1 - beta1 ** step, 1 - beta2 ** step] as const;
}

/** Where windows stand, as compiled kernels take it. */
export function windowNumbers({
  channels,
  height,
  width,
  kernelHeight,
  kernelWidth,
  stride,
  dilation = 1,
  padding,
}: Windows) {
  return [channels, height, width, kernelHeight, kernelWidth, stride, dilation, ...padding] as const;
}

/** The same with outputs and groups. */
export function convolutionNumbers(shape: Convolution) {
  return [...windowNumbers(shape), shape.outputs, shape.groups] as const;
}

/** Windows of pooling. */
export function poolNumbers({ height, width, kernelHeight, kernelWidth, stride, kind }: PoolShape) {
  return [height, width, kernelHeight, kernelWidth, stride, kind === 'average' ? 1 : 0] as const;
}

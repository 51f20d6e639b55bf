export type { Convolution } from './convolution.ts';
export type { CrossbarShape } from './crossbar.ts';
export type { Realisation } from './gaussian-weights.ts';
export type {
  Activation,
  AdamOptions,
  Bf16Shape,
  BinaryOperation,
  Floats,
  Kernels,
  UnaryOperation,
} from './kernels.ts';
export { philox } from './philox.ts';
export type { Pooling } from './pool.ts';
export { reference } from './reference.ts';
export type { RowLayout, RowNumbers } from './rows.ts';
export { kernels, useKernels } from './select.ts';
export { type Windows, windowGrid, windowReach } from './windows.ts';

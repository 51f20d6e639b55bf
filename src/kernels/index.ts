export type { CrossbarShape } from './crossbar.ts';
export type { DistanceGrid, GaussianPrior, Realisation, TechnologicalOptions } from './gaussian-weights.ts';
export type {
  Activation,
  AdamOptions,
  Bf16Shape,
  BinaryOperation,
  Floats,
  Kernels,
  ProductShape,
  UnaryOperation,
} from './kernels.ts';
export type { PatchShape } from './patches.ts';
export { philox } from './philox.ts';
export { reference } from './reference.ts';
export type { RowLayout, RowNumbers } from './rows.ts';
export { kernels, useKernels } from './select.ts';
export type { SlicedShape } from './sliced.ts';

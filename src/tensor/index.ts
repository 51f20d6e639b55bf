export { add, divide, multiply, scale, subtract, unary } from './elementwise.ts';
export {
  crossEntropies,
  gaussianLosses,
  heteroscedasticLosses,
  mixtureLoss,
  softmaxCrossEntropy,
} from './likelihood.ts';
export { activate, affine, product } from './linear.ts';
export { dot, sum, sumRows } from './reduce.ts';
export { gaussianSample } from './sample.ts';
export { lookUpTable, type Table, tableSlope, tableValue } from './table.ts';
export { type Precision, sizeOf, Tape, type Tensor } from './tape.ts';
export { reshape, slice } from './view.ts';

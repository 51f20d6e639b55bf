export { type Convolution, convolve, takeColumns } from './convolve.ts';
export { add, divide, multiply, scale, subtract, unary } from './elementwise.ts';
export {
  crossEntropies,
  gaussianLosses,
  heteroscedasticLosses,
  mixtureLoss,
  softmaxCrossEntropy,
} from './likelihood.ts';
export { activate, affine, product } from './linear.ts';
export { channelAffine, normalise, normaliseEpsilon, normaliseRuns, scaleChannels } from './normalise.ts';
export { type Pooling, pool, poolWindows } from './pool.ts';
export { quantise, quantiseThrough } from './quantise.ts';
export { dot, sum, sumRows } from './reduce.ts';
export { gaussianSample } from './sample.ts';
export { type Table, tableSlope, tableValue } from './table.ts';
export { type Precision, sizeOf, Tape, type Tensor } from './tape.ts';
export { reshape, slice } from './view.ts';
export { addWindows, gatherWindows, paddedSize, rowsToPlanes, type Windows, windowGrid } from './windows.ts';

export { convolve } from './convolve.ts';
export { add, multiply, scale, unary } from './elementwise.ts';
export { channelLeak, leakChannels } from './leaky.ts';
export {
  crossEntropies,
  gaussianLosses,
  heteroscedasticLosses,
  mixtureLosses,
  softmaxCrossEntropy,
  weightedSum,
} from './likelihood.ts';
export { activate, affine } from './linear.ts';
export { channelAffine, normalise, normaliseEpsilon, normaliseRuns, scaleChannels } from './normalise.ts';
export { pool } from './pool.ts';
export { quantiseColumns, quantiseThrough } from './quantise.ts';
export { sum } from './reduce.ts';
export { gaussianSample } from './sample.ts';
export { type Table, tableSlope, tableValue } from './table.ts';
export { type Precision, sizeOf, Tape, type Tensor } from './tape.ts';
export { reshape, slice } from './view.ts';

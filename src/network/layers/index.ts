export { type BatchNormSpec, batchnorm, channelFactors } from './batch-norm.ts';
export { conv1d, conv2d } from './convolution.ts';
export type { LayerDefinition, Place } from './definition.ts';
export { dense, linear } from './dense.ts';
export { flatten } from './flatten.ts';
export { groupnorm } from './group-norm.ts';
export { avgpool, maxpool } from './pooling.ts';
export { preset } from './preset.ts';
export { residual } from './residual.ts';

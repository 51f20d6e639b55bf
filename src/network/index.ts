export { buildNetwork, type Outputs } from './build.ts';
export { type FoldedNetwork, foldBatchNorms } from './fold.ts';
export { largestInputs } from './largest-inputs.ts';
export { type LayerSpec, layerSchema, layers, parseLayer } from './layer-spec.ts';
export type { LayerDefinition } from './layers/index.ts';
export type { Layer, LayerMatrix, Network, Operation, Parameter, WeightLayer } from './network.ts';
export { modulesNamed, withNumbersOf } from './numbers-of-file.ts';
export { type NetworkPreset, networkPresets, presetLayers } from './presets.ts';
export {
  columnScale,
  evenRanges,
  type MatrixRange,
  scaledRanges,
  type WeightRanges,
  weightLimits,
} from './weight-range.ts';
export { type RangeSharing, WeightSizes } from './weight-sizes.ts';

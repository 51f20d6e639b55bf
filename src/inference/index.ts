export { entropySources, sourceOf } from './entropy/index.ts';
export type { ChipState, EntropySource } from './entropy.ts';
export {
  calibrateReadout,
  type LayerReadout,
  predictHardware,
  type Readout,
  type ReadoutOptions,
} from './readout.ts';
export { type Outputs, predictSoftware, probabilities } from './software.ts';

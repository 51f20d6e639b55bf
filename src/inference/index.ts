export { entropySources, registerEntropySource, selectorBits, sourceOf } from './entropy/index.ts';
export {
  type ChipCells,
  type ChipState,
  type EntropySource,
  type UncertaintyPart,
  uncertaintyParts,
  type WeightLaw,
} from './entropy.ts';
export { addEvents, type Events, noEvents } from './events.ts';
export { collect, predictChip } from './predict-chip.ts';
export { averagedLogits, checkPropagates, propagateMoments } from './propagate-moments.ts';
export { calibrateInPieces, calibrateReadout, type Readout, type ReadoutOptions } from './readout.ts';
export { weightsHeldOnce } from './run-layers.ts';
export type { Rows, Sampler } from './sampler.ts';
export {
  eachSoftwareSample,
  type Outputs,
  predictSoftware,
  predictSoftwareInTurns,
  probabilities,
  probabilitiesOf,
} from './software.ts';

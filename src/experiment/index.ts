export { type Design, type DeviceFiles, designOf, deterministicTwin } from './design.ts';
export {
  defineExperiment,
  type ExperimentInput,
  parseExperiment,
  resolveExperiment,
  variantOf,
} from './parse.ts';
export { type Experiment, experimentSchema } from './schema.ts';
export { schemas } from './schemas.ts';

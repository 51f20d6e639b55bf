export { type Design, type DeviceFiles, designOf, deterministicTwin } from './design.ts';
export { defineExperiment, type Fields, parseExperiment, resolveExperiment, variantOf } from './parse.ts';
export { type Experiment, type ExperimentInput, experimentSchema } from './schema.ts';
export { schemas } from './schemas.ts';

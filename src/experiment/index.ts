export { actualDevice, type Design, type DeviceFiles, designOf, deterministicTwin } from './design.ts';
export { experimentForTable, nameOfTable } from './for-table.ts';
export { type Fields, isRecord, overlay, overlayAt } from './overlay.ts';
export { defineExperiment, parseExperiment, resolveExperiment, variantOf } from './parse.ts';
export { type Experiment, type ExperimentInput, experimentSchema } from './schema.ts';
export { jsonSchema, schemas } from './schemas.ts';

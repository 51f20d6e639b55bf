export { type Citation, type Fault, InputError, type Job, jobOf, WorkError } from '../base/index.ts';
export {
  type Design,
  type DeviceFiles,
  defineExperiment,
  designOf,
  deterministicTwin,
  type Experiment,
  type ExperimentInput,
  experimentSchema,
  type Fields,
  parseExperiment,
  resolveExperiment,
  schemas,
  variantOf,
} from '../experiment/index.ts';
export { type Kernels, kernels, reference, useKernels } from '../kernels/index.ts';
export {
  type Evidence,
  evaluateDesign,
  memoryStore,
  type Prepared,
  type PrepareOptions,
  prepareExperiment,
  type Wanted,
} from '../pipeline/index.ts';
export { fillNormal, fillUniform, fold, type Key, keyOf, permutation, split } from '../random/index.ts';
export { reportHtml, reportOf } from '../report/index.ts';

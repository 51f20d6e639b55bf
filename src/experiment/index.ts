export { checkTraining } from './check-training.ts';
export { checkPrice, type PricedRun, priceRun } from './cost.ts';
export type { Evaluation, Preserved, SideEvaluation } from './evaluate.ts';
export type { Curves, Metrics } from './judge.ts';
export {
  type OpenOptions,
  type OpenRun,
  openAblation,
  openDirectory,
  openExperiment,
  openInput,
  openSetting,
} from './open.ts';
export { defineExperiment, type ExperimentInput, parseExperiment, resolveExperiment } from './parse.ts';
export type { Prediction, Programmed } from './predict.ts';
export { checkReport } from './report/check-training.ts';
export { reportOf } from './report/index.ts';
export type { Run } from './run.ts';
export { chipName, type RunDirectory, type RunRecord } from './run-directory.ts';
export { type Experiment, experimentSchema } from './schema.ts';
export { schemas } from './schemas.ts';
export { type RunSummary, summarise } from './summary.ts';
export { trainingRecord } from './training-record.ts';
export { version } from './version.ts';
export type { Watch } from './watch.ts';

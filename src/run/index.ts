export { evaluateDesigns, type HowDesigns, type Outcome } from './designs.ts';
export { DirectoryStore, type StageRecord, type Stale } from './directory-store.ts';
export { archiveOf, type EvaluatedRun, evaluateRun, evaluationOf, type JobFor } from './evaluate-run.ts';
export { FileCheckpoint } from './file-checkpoint.ts';
export {
  memoryForResults,
  type OpenOptions,
  type OpenRun,
  openAblation,
  openDirectory,
  openExperiment,
  openInput,
  openSubject,
  type Run,
} from './open.ts';
export { prepareFrom } from './prepare.ts';
export { openProcesses } from './processes.ts';
export type { Room } from './room.ts';
export { openShared, type SharedOptions, type SharedStore } from './shared-store.ts';
export { type RunSummary, summarise, type VariantSummary } from './summary.ts';
export { useModule } from './use-module.ts';
export { version, versions } from './version.ts';
export { writeWhole } from './whole-file.ts';

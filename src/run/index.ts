export { buildOf, buildWith, wholeBuild } from './builds.ts';
export { compareRun } from './compare-run.ts';
export { evaluateDesigns, type HowDesigns, type Outcome } from './designs.ts';
export type { ChangedFile } from './directory-store.ts';
export { type EvaluatedRun, evaluatedIfThere, evaluateRun, predictionOf } from './evaluate-run.ts';
export { readEvaluation } from './evaluation-file.ts';
export { faultRun } from './fault-run.ts';
export { fetchData } from './fetch/fetch-data.ts';
export { FileCheckpoint } from './file-checkpoint.ts';
export { nodeFiles, whyUnreadable } from './files.ts';
export { holdLock, type Lock } from './lock.ts';
export { makeFolder } from './make-folder.ts';
export {
  type OpenOptions,
  type OpenRun,
  openAblation,
  openComparison,
  openDirectory,
  openExperiment,
  openInput,
  openSubject,
  type Run,
} from './open.ts';
export { noteOpening, openingsOf } from './openings.ts';
export { openProcesses } from './processes.ts';
export { readRunRecord } from './run-record.ts';
export { type Collected, openShared, type SharedStore } from './shared-store.ts';
export { type RunSummary, summarise, type VariantSummary } from './summary.ts';
export { usedModules, useModule } from './use-module.ts';
export { version, versions } from './version.ts';
export { writeWhole } from './whole-file.ts';
export { writeReport } from './write-report.ts';

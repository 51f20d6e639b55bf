export { type Ablation, ablationOf } from './ablation.ts';
export { archivedArrays } from './archived-arrays.ts';
export type { Assessment, Question } from './assessment.ts';
export { checkDesign } from './check-design.ts';
export { checkTraining } from './check-training.ts';
export { chipName } from './chip-name.ts';
export { againstBase } from './compare.ts';
export { type CorrectedMetrics, checkCorrection } from './correction.ts';
export { checkCorruptions, strengthOf } from './corruptions.ts';
export { copiesOf, samplesOf, timeOf } from './design-facts.ts';
export { concernsOf, diagnose, followedPredictions } from './diagnose.ts';
export { type Evidence, evaluateDesign, type Wanted } from './evaluate-design.ts';
export {
  type Archive,
  type Compared,
  type Corrected,
  type CorruptedEvaluation,
  type Evaluated,
  type Evaluation,
  evaluate,
  mapOf,
  nameOfEvaluation,
  type Preserved,
  type SideEvaluation,
} from './evaluation.ts';
export { layered, memoryStore } from './memory-store.ts';
export { type Account, labelOf, Pipeline } from './pipeline.ts';
export type { Curves, Metrics } from './predicted.ts';
export { addressOfData, type Prepared } from './prepared.ts';
export { checkPrice, costInfluences, costOfDesign, type Priced, pricesOf } from './pricing.ts';
export { checkSource, readingGiven } from './reading.ts';
export type { At, Codec, Entry, Files, Results, Stage, Store } from './stage.ts';
export { stages } from './stages/index.ts';
export type { RangeChoice } from './stages/range.ts';
export { type Subject, subjectOf } from './subject.ts';
export { trainingRecord } from './training-record.ts';

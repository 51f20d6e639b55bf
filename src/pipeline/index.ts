export { ablationOf } from './ablation.ts';
export { archivedArrays } from './archived-arrays.ts';
export { cellsAt } from './cells-at.ts';
export { checkTraining } from './check-training.ts';
export { chipName } from './chip-name.ts';
export { againstBase } from './compare.ts';
export {
  type ComparedSource,
  compareSources,
  measureSourceChip,
  type SourceAsked,
  type SourceComparison,
  type SourcesElsewhere,
} from './compare-sources.ts';
export { strengthOf } from './corruptions.ts';
export { copiesHeld, copiesOf, samplesOf, timeOf, wiresOf } from './design-facts.ts';
export { concernsOf, diagnose, followedPredictions } from './diagnose.ts';
export { type Evidence, evaluateDesign, type Wanted } from './evaluate-design.ts';
export { type Digital, digitalDesign, evaluateDigital } from './evaluate-digital.ts';
export { type Compared, evaluate, nameOfEvaluation } from './evaluation.ts';
export type {
  AgeingEvaluation,
  Corrected,
  CorruptedEvaluation,
  CrossedMetrics,
  Evaluated,
  Evaluation,
  EvidenceCounts,
  PairedTests,
  Standing,
} from './evaluation-record.ts';
export { type FaultCampaign, type FaultLevel, faultCampaign } from './fault-campaign.ts';
export { gridOf } from './grid.ts';
export { placementOf } from './holding.ts';
export { samplesWorthOf } from './independence.ts';
export { decodeJson, rangesShape, writtenNumber } from './json-codec.ts';
export { type Inputs, type LookedAt, lookAt, samplesOfInput, sourcesOf } from './look.ts';
export { mapOf } from './maps.ts';
export { type Archive, type ChipAsked, type Elsewhere, measureChip } from './measure-chips.ts';
export { layered, memoryStore } from './memory-store.ts';
export { type Account, labelOf, Pipeline } from './pipeline.ts';
export type { PooledBin } from './predicted.ts';
export { dataFilesOf, type Loaded, type PrepareOptions, prepareExperiment } from './prepare.ts';
export type { Prepared } from './prepared.ts';
export {
  checkPrice,
  costCrossings,
  costOfDesign,
  costSensitivity,
  priceable,
  pricedOf,
  pricesOf,
  pricesOfSubject,
} from './pricing.ts';
export { weightsOfChip } from './reading.ts';
export { margins, rivalsOf } from './rivals.ts';
export { type OverSeeds, overSeeds } from './seeds.ts';
export { type Sizes, sizesOf } from './sizes.ts';
export type { At, Codec, Entry, Files, Results, Stage, Store } from './stage.ts';
export { stageNamed, stages } from './stages/index.ts';
export { type Subject, subjectOf } from './subject.ts';
export { trainingRecord } from './training-record.ts';
export { type UncertaintyParts, uncertaintyOfSubject } from './uncertainty-parts.ts';

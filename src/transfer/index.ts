export { type Chip, programChip, type ReadOptions, readVariances, realisedWeights } from './chip.ts';
export { decodeChip, encodeChip } from './chip-file.ts';
export { bonnet23, dalgaty21 } from './citations.ts';
export type { Assignment, TransferContext, TransferMethod } from './method.ts';
export { transferMethods } from './methods/index.ts';
export { fitMixture, type Mixture } from './mixture.ts';
export { weightSamples } from './moments.ts';
export { encodingOf, type Plan, type PlanRequest, planTransfer } from './plan.ts';
export { decodePlan, encodePlan, encodePlanCsv } from './plan-file.ts';

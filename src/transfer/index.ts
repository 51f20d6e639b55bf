export { candidateLimits } from './candidate-limits.ts';
export { type Chip, programChip } from './chip.ts';
export { decodeChip, encodeChip, isMeasured } from './chip-file.ts';
export { bonnet23, dalgaty21 } from './citations.ts';
export type { ChipReading, Compensation, Observed, RefitCost } from './compensation.ts';
export {
  type CompensationName,
  compensationSchema,
  compensations,
  registerCompensation,
} from './compensations/index.ts';
export { deviceVariances } from './expected.ts';
export type { Assignment, TransferContext, TransferMethod } from './method.ts';
export { registerTransferMethod, transferMethodOf, transferMethods } from './methods/index.ts';
export { fitMixture, type Mixture } from './mixture.ts';
export { weightSamples } from './moments.ts';
export {
  encodingOf,
  type Plan,
  type PlanRequest,
  type PlanSize,
  planEncoding,
  planPlacement,
  planSize,
  planTransfer,
} from './plan.ts';
export { decodePlan, encodePlan, encodePlanCsv } from './plan-file.ts';
export { type HeldWeights, reachableCells } from './reachable-cells.ts';
export { type ReadOptions, readChip } from './read-chip.ts';

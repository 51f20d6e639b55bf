export { benchColumns } from './bench-table.ts';
export { cellRuns, cellsTold } from './cell-runs.ts';
export { type Chip, deviceKeyOf, programChip, programInPieces } from './chip.ts';
export { decodeChip, encodeChip } from './chip-file.ts';
export { readsOf } from './chip-reads.ts';
export { dalgaty21 } from './citations.ts';
export type { ChipReading, Compensation, OutputLines, RefitCost } from './compensation.ts';
export { compensationSchema, compensations, registerCompensation } from './compensations/index.ts';
export { mostClipped, rangeColumns, rangeConcerns, rangeRow, spanOfRanges } from './describe-ranges.ts';
export { deviceVariances } from './expected.ts';
export { holdsExactly } from './holds-exactly.ts';
export { likenessOf } from './likeness.ts';
export type { Assignment, TransferContext, TransferMethod } from './method.ts';
export { registerTransferMethod, transferMethodOf, transferMethods } from './methods/index.ts';
export { leading, weightSamples } from './moments.ts';
export {
  heldMatrices,
  type Plan,
  type PlanRequest,
  planEncodings,
  planInPieces,
  planLimits,
  planOfCopy,
  planPlacement,
  planSize,
  planTransfer,
  unitEncoding,
  withTargets,
} from './plan.ts';
export { planCells, readPlanTable } from './plan-cells.ts';
export { decodePlan, encodePlan, encodePlanCsv } from './plan-file.ts';
export { largestSizes, posteriorSizes, type RangeRequest, withClipped } from './posterior-sizes.ts';
export { chipTable, encodeTable, recipeTable } from './pulse-recipe.ts';
export { reachableCells } from './reachable-cells.ts';
export { conductancesInPieces, lastFit, type ReadOptions, readChip, readInPieces } from './read-chip.ts';
export { realChip } from './real-chip.ts';
export { sharedErrorsSchema } from './shared-errors.ts';

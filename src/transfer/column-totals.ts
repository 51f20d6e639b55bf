import { cellRuns } from './cell-runs.ts';
import type { Plan } from './plan.ts';

/** Outputs of a plan's matrices, one after the other. */
export interface PlanOutputs {
  readonly count: number;
  /** Output that each weight of a copy adds to, [weights]. */
  readonly ofWeight: Int32Array;
}

const known = new WeakMap<Plan['matrices'], PlanOutputs>();

/** The outputs of a plan's matrices; worked out once for each network. */
export function outputsOf({ matrices, weights }: Pick<Plan, 'matrices' | 'weights'>): PlanOutputs {
  const found = known.get(matrices);
  if (found) return found;
  const ofWeight = new Int32Array(weights);
  let [weight, count] = [0, 0];
  for (const { rows, columns } of matrices) {
    for (let i = 0; i < rows * columns; i++) ofWeight[weight++] = count + (i % columns);
    count += columns;
  }
  const made = { count, ofWeight };
  known.set(matrices, made);
  return made;
}

/** Conductances of the programmed cells of each output of each copy together, S, [copies · outputs]; those that all copies share count for each. */
export function columnTotals(plan: Plan, conductance: Float32Array): Float64Array {
  const { count, ofWeight } = outputsOf(plan);
  const totals = new Float64Array(plan.copies * count);
  for (const { cell, cellEnd, weight, encoding } of cellRuns(plan)) {
    for (let i = cell; i < cellEnd; i++) {
      if (plan.target[i] === 0) continue;
      const at = weight + Math.floor((i - cell) / encoding.cellsPerWeight);
      const copy = Math.floor(at / plan.weights);
      totals[copy * count + ofWeight[at % plan.weights]!]! += conductance[i]!;
    }
  }
  const once = plan.matrices.slice(0, plan.heldOnce).reduce((sum, { columns }) => sum + columns, 0);
  for (let copy = 1; copy < plan.copies; copy++) totals.copyWithin(copy * count, 0, once);
  return totals;
}

import { type Cells, type Device, type Procedure, programCells } from '../device/index.ts';
import type { Key } from '../random/index.ts';
import { type Plan, planEncoding } from './plan.ts';

/**
 * One programmed set of arrays: the plan's cells with what programming made of them, in the plan's order. Plain data; whoever
 * reads it brings the device whose cells these are.
 */
export interface Chip {
  readonly plan: Plan;
  readonly cells: Cells;
  /** Whether the conductances were read from a real array; false for simulated ones. */
  readonly measured: boolean;
}

/**
 * Programs the whole plan once. Another key is another chip. A cell's luck goes by its matrix, input, output, copy and
 * place within the weight, so that chips of one key share it whatever else their plans differ in.
 */
export function programChip(key: Key, plan: Plan, device: Device, procedure: Procedure): Chip {
  const { copies, target } = plan;
  const matrices = plan.matrices.map(({ rows, columns, bias }) => ({ rows, columns, bias: bias !== null }));
  const grid = { copies, devices: planEncoding(plan).cellsPerWeight, matrices };
  return { plan, cells: programCells(key, device, target, procedure, { grid }), measured: false };
}

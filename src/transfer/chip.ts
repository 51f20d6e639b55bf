import { atOnce, type Pieces } from '../base/index.ts';
import { type CellGrid, type Cells, type Device, type Procedure, programCells } from '../device/index.ts';
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

/** Cells that are programmed at a time, in whole copies. */
const together = 1 << 18;

/**
 * Programs the whole plan once. Another key is another chip. A cell's luck goes by its matrix, input, output, copy and
 * place within the weight, so that chips of one key share it whatever else their plans differ in.
 */
export function* programInPieces(key: Key, plan: Plan, device: Device, procedure: Procedure): Pieces<Chip> {
  const { copies, target } = plan;
  const matrices = plan.matrices.map(({ rows, columns, bias }) => ({ rows, columns, bias: bias !== null }));
  const devices = planEncoding(plan).cellsPerWeight;
  const perCopy = target.length / copies;
  const atATime = Math.max(1, Math.floor(together / perCopy));
  const program = (first: number, count: number) => {
    const grid: CellGrid = { first, copies: count, devices, matrices };
    return programCells(key, device, target.subarray(first * perCopy, (first + count) * perCopy), procedure, { grid });
  };
  if (copies <= atATime) return { plan, cells: program(0, copies), measured: false };
  const cells = emptyCells(target);
  for (let first = 0; first < copies; first += atATime) {
    put(cells, program(first, Math.min(atATime, copies - first)), first * perCopy);
    yield;
  }
  return { plan, cells, measured: false };
}

/** Cells whose arrays are filled part by part. */
type FilledCells = { -readonly [K in keyof Cells]: Cells[K] };

const emptyCells = (target: Float32Array): FilledCells => ({
  target,
  programmed: new Float32Array(target.length),
  fault: new Int8Array(target.length),
  pulses: new Uint16Array(target.length),
});

/** Puts cells into a whole from the place `first` on; an array that a part lacks is 0 there. */
function put(whole: FilledCells, part: Cells, first: number): void {
  whole.programmed.set(part.programmed, first);
  whole.fault.set(part.fault, first);
  whole.pulses.set(part.pulses, first);
  for (const name of ['undershoot', 'driftExponent', 'relaxation'] as const) {
    if (!part[name]) continue;
    whole[name] ??= new Float32Array(whole.target.length);
    whole[name].set(part[name], first);
  }
}

/** `programInPieces` without turns for others. */
export const programChip = (...given: Parameters<typeof programInPieces>): Chip => atOnce(programInPieces(...given));

import { atOnce, type Pieces } from '../base/index.ts';
import {
  type CellGrid,
  type CellMatrix,
  type Cells,
  type Device,
  type Procedure,
  programCells,
} from '../device/index.ts';
import { fold, type Key } from '../random/index.ts';
import { heldMatrices, type Plan } from './plan.ts';

/**
 * One programmed set of arrays: the plan's cells with what programming made of them, in the plan's order. Plain data; whoever
 * reads it brings the device whose cells these are.
 */
export interface Chip {
  readonly plan: Plan;
  readonly cells: Cells;
  /** Key of this programming, by which further cells of the chip are made; absent of a real chip. */
  readonly key?: Key;
}

/** Cells that are programmed at a time, in whole copies or in word lines of one. */
const together = 1 << 16;

/**
 * Programs the whole plan once. Another key is another chip. A cell's luck goes by its matrix, input, output, copy and
 * place within the weight, so that chips of one key share it whatever else their plans differ in. `deviceKey` programs a chip
 * again: what is frozen in its cells stays that of the first programming.
 */
export function* programInPieces(
  key: Key,
  plan: Plan,
  device: Device,
  procedure: Procedure,
  deviceKey = deviceKeyOf(key),
): Pieces<Chip> {
  const { target } = plan;
  const parts = [...partsOf(plan)];
  const program = ({ cell, cellEnd, grid }: Part) =>
    programCells(key, device, target.subarray(cell, cellEnd), procedure, { grid, deviceKey });
  if (parts.length === 1) return { plan, cells: program(parts[0]!), key };
  const cells = emptyCells(target);
  for (const part of parts) {
    put(cells, program(part), part.cell);
    yield;
  }
  return { plan, cells, key };
}

/** Key of what is frozen in the cells of a chip whose first programming had this key. */
export const deviceKeyOf = (key: Key): Key => fold(key, 'device');

/** Cells of a plan one after the other, and what they are. */
interface Part {
  readonly cell: number;
  readonly cellEnd: number;
  readonly grid: CellGrid;
}

function* partsOf(plan: Plan): Iterable<Part> {
  const { copies, heldOnce } = plan;
  const matrices = heldMatrices(plan).map(({ rows, columns, cellsPerWeight }, place) => ({
    rows,
    columns,
    devices: cellsPerWeight,
    bias: plan.matrices[place]!.bias !== null,
    place,
  }));
  // The first copy has cells of its own where all share some of them.
  const first = heldOnce > 0 ? 1 : copies;
  const cell = yield* partsOfCopies(matrices, 0, first, 0);
  if (copies > first) yield* partsOfCopies(matrices.slice(heldOnce), first, copies, cell);
}

/** Parts of the copies `from` … `to` − 1, whose cells begin at `cell`. Gives the cell behind them. */
function* partsOfCopies(
  matrices: readonly CellMatrix[],
  from: number,
  to: number,
  begin: number,
): Generator<Part, number> {
  const perCopy = matrices.reduce((sum, { rows, columns, devices }) => sum + rows * columns * devices, 0);
  let cell = begin;
  if (perCopy <= together) {
    const atATime = Math.max(1, Math.floor(together / Math.max(1, perCopy)));
    for (let first = from; first < to; first += atATime) {
      const copies = Math.min(atATime, to - first);
      yield { cell, cellEnd: cell + copies * perCopy, grid: { first, copies, matrices } };
      cell += copies * perCopy;
    }
    return cell;
  }
  for (let first = from; first < to; first++) {
    for (const { rows, bias, ...matrix } of matrices) {
      const perRow = matrix.columns * matrix.devices;
      const atATime = Math.max(1, Math.floor(together / perRow));
      for (let before = 0; before < rows; before += atATime) {
        const some = Math.min(atATime, rows - before);
        const cellEnd = cell + some * perRow;
        const part = { ...matrix, rows: some, before, bias: bias && before + some === rows };
        yield { cell, cellEnd, grid: { first, copies: 1, matrices: [part] } };
        cell = cellEnd;
      }
    }
  }
  return cell;
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

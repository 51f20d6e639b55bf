import { z } from 'zod';
import { atOnce, type Pieces, quantity } from '../base/index.ts';
import { approximateEffectiveMatrix } from './approximate.ts';
import { effectiveMatrix } from './effective.ts';
import type { CrossbarNetwork } from './network.ts';
import type { Placement } from './placement.ts';

/** Resistances of arrays and how exactly they are taken into account. */
export interface Wires
  extends Pick<
    CrossbarNetwork,
    | 'rowResistance'
    | 'columnResistance'
    | 'sourceResistance'
    | 'senseResistance'
    | 'contactResistance'
    | 'drive'
    | 'sense'
  > {
  /** `exact` solves every array; `approximate` is the closed form, for search. `exact` by default. */
  readonly solution?: 'exact' | 'approximate';
  /** Word lines that are open in one read, from the first of a matrix on; the cells of the others are cut off. All are open by default. */
  readonly rowsPerConversion?: number;
}

const resistance = (what: string) =>
  quantity('resistance', 'not negative').default(0).describe(`${what}, Ω; 0 by default.`);

/** Resistances of arrays as an experiment names them. */
export const wiresSchema = z.strictObject({
  rowResistance: resistance('One segment of a word line'),
  columnResistance: resistance('One segment of a bit line'),
  sourceResistance: resistance('Between a driver and its word line'),
  senseResistance: resistance('Between a bit line and its virtual ground'),
  contactResistance: resistance('In series with every cell'),
  drive: z.enum(['left', 'both']).default('left').describe('Ends of the word lines that are driven; left by default.'),
  sense: z
    .enum(['bottom', 'both'])
    .default('bottom')
    .describe('Ends of the bit lines that are sensed; bottom by default.'),
  solution: z
    .enum(['exact', 'approximate'])
    .default('exact')
    .describe("'exact' (default) solves every array's network; 'approximate' uses a closed form, for search."),
});

/**
 * Resistance of one wire segment of a cell two half-pitches wide, Ω, by technology node in nanometres: copper wires as
 * usually tabulated, an assumption for any given process.
 */
export const segmentResistance: Readonly<Record<number, number>> = {
  130: 0.14,
  65: 0.25,
  45: 0.35,
  32: 0.52,
  22: 0.78,
  14: 1.02,
  7: 2.09,
};

/**
 * What every cell contributes to its column through its array's wires: effective conductances in siemens, in the
 * canonical order of cells, from the conductances of all cells in that order. Each array is solved once for all its lines that are open
 * together, with those that are not read at ground and unused cells at `idle` siemens; the result serves every read. Cells of
 * arrays that are not among those asked for are 0. Who asks again and again for the same placement gives its `order`.
 */
export function* effectiveCellsInPieces(
  placement: Placement,
  conductance: ArrayLike<number>,
  wires: Wires,
  idle = 0,
  asked: { readonly from?: number; readonly to?: number; readonly order?: CellsByArray } = {},
): Pieces<Float32Array> {
  const { rows, columns } = placement.geometry;
  const { from = 0, to = placement.arrays } = asked;
  const order = asked.order ?? (yield* cellsByArrayInPieces(placement));
  const out = new Float32Array(placement.cells);
  const grid = new Float64Array(rows * columns);
  const reads = readsOf(placement, wires);
  yield;
  for (let a = from; a < to; a++) {
    const cells = order.cells.subarray(order.starts[a]!, order.starts[a + 1]!);
    const places = order.places.subarray(order.starts[a]!, order.starts[a + 1]!);
    grid.fill(idle);
    for (let i = 0; i < cells.length; i++) grid[places[i]!] = conductance[cells[i]!]!;
    const own = reads.subarray(a * rows, (a + 1) * rows);
    for (const read of new Set(own)) {
      if (read === closed) continue;
      const all = wires.rowsPerConversion === undefined;
      const conductance = all ? grid : grid.map((cell, i) => (own[Math.floor(i / columns)] === read ? cell : 0));
      const network = { ...wires, rows, columns, conductance };
      const effective =
        wires.solution === 'approximate' ? approximateEffectiveMatrix(network) : effectiveMatrix(network);
      for (let i = 0; i < cells.length; i++) {
        if (own[Math.floor(places[i]! / columns)] === read) out[cells[i]!] = effective[places[i]!]!;
      }
      yield;
    }
  }
  return out;
}

/** Word lines that no read opens. */
const closed = -1;

/** Which read of its array every word line is open in, by the first line of that read: [arrays, rows]. Blocks side by side begin on one line. */
function readsOf({ geometry, arrays, blocks }: Placement, { rowsPerConversion: open }: Wires): Int32Array {
  const { rows } = geometry;
  const reads = new Int32Array(arrays * rows);
  if (open === undefined || open >= rows) return reads;
  reads.fill(closed);
  for (const { array, row, inputs } of blocks) {
    for (let r = 0; r < inputs; r++) reads[array * rows + row + r] = row + r - (r % open);
  }
  return reads;
}

/** `effectiveCellsInPieces` without turns for others. */
export const effectiveCells = (...given: Parameters<typeof effectiveCellsInPieces>): Float32Array =>
  atOnce(effectiveCellsInPieces(...given));

/** Cells array after array: `cells` from `starts[a]` up to `starts[a + 1]` are those of array a, at row · columns + column of `places`. */
export interface CellsByArray {
  readonly starts: Int32Array;
  readonly cells: Int32Array;
  readonly places: Int32Array;
}

/** Cells that are looked at between two turns for others. */
const together = 1 << 17;

export function* cellsByArrayInPieces(placement: Placement): Pieces<CellsByArray> {
  const { arrays, cells: count, geometry } = placement;
  const ints = () => new Int32Array(count);
  const { array, row, column } = { array: ints(), row: ints(), column: ints() };
  placement.cellAddress({ array, row, column });
  yield;
  const starts = new Int32Array(arrays + 1);
  for (let i = 0; i < count; i++) starts[array[i]! + 1]!++;
  for (let a = 0; a < arrays; a++) starts[a + 1]! += starts[a]!;
  const next = starts.slice();
  const [cells, places] = [ints(), ints()];
  for (let i = 0; i < count; i++) {
    if (i % together === 0) yield;
    const at = next[array[i]!]!++;
    cells[at] = i;
    places[at] = row[i]! * geometry.columns + column[i]!;
  }
  return { starts, cells, places };
}

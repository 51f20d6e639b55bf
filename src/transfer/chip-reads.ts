import { InputError, insist, parseQuantity } from '../base/index.ts';
import { decodeNpy, doublesOf } from '../data/index.ts';
import type { CellReads } from '../device/index.ts';
import { type BenchColumns, type BenchTable, benchTable, noUnit } from './bench-table.ts';
import type { Plan } from './plan.ts';
import { addressedCells, type PlanCells } from './plan-cells.ts';

/** What a file of measured conductances does not say itself. */
export interface ReadsOptions {
  /** Unit of conductances, or of resistances, where the file states none, such as `uS`. */
  readonly unit?: string;
  /** Columns of a table by what they hold, where their headers do not say it. */
  readonly columns?: BenchColumns;
  /** Times of the reads since programming, s, where the file has none. */
  readonly times?: readonly number[];
}

/**
 * Conductances of a plan's cells from a CSV or Parquet table, one row per cell and read, or an NPY array, by number in the plan, S;
 * NaN where nothing was measured. Cells of a table go by `array`, `row`, `column`, or else by their order in `cells`; arrays are
 * [cells], [times, cells], [arrays, rows, columns] or [times, arrays, rows, columns].
 */
export async function readsOf(
  bytes: Uint8Array,
  name: string,
  plan: Plan,
  cells: PlanCells,
  options: ReadsOptions,
): Promise<CellReads> {
  const isNpy = bytes[0] === 0x93 && bytes[1] === 0x4e;
  const found = isNpy ? fromArray(bytes, name, plan, cells, options) : await fromTable(bytes, name, cells, options);
  const order = Array.from(found.times.keys()).sort((a, b) => found.times[a]! - found.times[b]!);
  return { times: order.map(i => found.times[i]!), conductance: order.map(i => found.conductance[i]!) };
}

async function fromTable(
  bytes: Uint8Array,
  name: string,
  cells: PlanCells,
  { unit, columns, times: given }: ReadsOptions,
): Promise<CellReads> {
  const table = await benchTable(bytes, name, columns);
  const conductance = conductancesOf(table, unit);
  const time = table.quantities(['time', 't'], 'time') ?? (given?.length === 1 && conductance.map(() => given[0]!));
  if (!time) throw withoutTimes(name);
  const addressed = addressedCells(table, cells);
  const byTime = new Map<number, Float32Array>();
  const seen = new Map<number, number>();
  const count = cells.cell.length;
  for (let row = 0; row < table.rows; row++) {
    const at = time[row]!;
    if (Number.isNaN(at)) throw withoutTimes(name, table.place(row));
    insist(at >= 0, {
      file: name,
      path: [table.place(row)],
      rule: 'must be a time since programming, 0 s or later',
      value: at,
      hint: 'count the time from the programming of the cells on',
    });
    const before = seen.get(at) ?? 0;
    seen.set(at, before + 1);
    const reads = byTime.get(at) ?? new Float32Array(count).fill(Number.NaN);
    byTime.set(at, reads);
    const cell = addressed ? addressed[row]! : cells.cell[before];
    if (cell === undefined) throw otherCells(name, `more than ${count} reads at ${at} s`, count);
    insist(Number.isNaN(reads[cell]!), {
      file: name,
      path: [table.place(row)],
      rule: `reads the cell at ${cells.address(cell)} twice at ${at} s`,
      hint: 'give every read its time',
    });
    reads[cell] = conductance[row]!;
  }
  if (!addressed)
    for (const [at, rows] of seen) if (rows !== count) throw otherCells(name, `${rows} reads at ${at} s`, count);
  return { times: [...byTime.keys()], conductance: [...byTime.values()] };
}

/** Conductances of a column of them, or of resistances, by row. */
function conductancesOf(table: BenchTable, unit: string | undefined): Float64Array {
  const direct = table.quantities(['conductance', 'g'], 'conductance', unit);
  if (direct) return direct;
  const inverse = table.quantities(['resistance', 'r'], 'resistance', unit);
  insist(inverse, {
    file: table.name,
    path: [],
    rule: "has no column 'conductance' or 'resistance'",
    hint: "head it 'conductance (uS)', with the unit, or name it with --columns",
  });
  return inverse.map((ohms, row) => {
    insist(!(ohms <= 0), {
      file: table.name,
      path: [table.place(row)],
      rule: 'must be a resistance above 0',
      value: ohms,
      hint: 'leave the entry empty where nothing was measured',
    });
    return 1 / ohms;
  });
}

function fromArray(
  bytes: Uint8Array,
  name: string,
  { geometry }: Plan,
  cells: PlanCells,
  { unit, times }: ReadsOptions,
): CellReads {
  const array = decodeNpy(bytes, name);
  const { shape } = array;
  if (unit === undefined) throw noUnit(name, 'conductance', 'conductance');
  const scale = parseQuantity(`1 ${unit}`, 'conductance', '--unit');
  const reads = shape.length % 2 === 0 ? shape[0]! : 1;
  if (!times || times.length !== reads) throw withoutTimes(name);
  const values = doublesOf(array, name);
  const per = values.length / reads;
  const count = cells.cell.length;
  const mapped = shape.length > 2;
  const fits = mapped
    ? shape.length <= 4 && shape.at(-1) === geometry.columns && shape.at(-2) === geometry.rows
    : shape.length > 0 && shape.at(-1) === count;
  if (!fits) throw otherCells(name, `an array [${shape.join(', ')}]`, count);
  const { rows, columns } = geometry;
  return {
    times,
    conductance: times.map((_, r) => {
      const out = new Float32Array(count).fill(Number.NaN);
      for (let i = 0; i < per; i++) {
        const place = Math.floor(i / columns);
        const cell = mapped ? cells.at(Math.floor(place / rows), place % rows, i % columns) : cells.cell[i];
        if (cell !== undefined) out[cell] = values[r * per + i]! * scale;
      }
      return out;
    }),
  };
}

const withoutTimes = (file: string, place?: string): InputError =>
  new InputError({
    file,
    path: place === undefined ? [] : [place],
    rule: 'has reads without a time since programming',
    hint: "add a column 'time (s)', or --time with one time for each read, such as --time 1h",
  });

const otherCells = (file: string, found: string, count: number): InputError =>
  new InputError({
    file,
    path: [],
    rule: `holds ${found}, where the plan has ${count} cells`,
    hint: "add the columns 'array', 'row', 'column', or give every cell of the plan in its order",
  });

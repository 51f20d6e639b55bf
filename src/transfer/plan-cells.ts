import { insist } from '../base/index.ts';

import { type BenchTable, benchTable } from './bench-table.ts';
import { type Plan, planPlacement } from './plan.ts';

/** Cells of a plan as a bench knows them: in the order of a table, by their number in the plan. */
export interface PlanCells {
  /** Number in the plan of the cell in each place, [cells]. */
  readonly cell: Int32Array;
  /** Number in the plan of the cell at an address; undefined where the plan has none. */
  at(array: number, row: number, column: number): number | undefined;
  /** `array 0, row 3, column 7`. */
  address(cell: number): string;
}

/** Headers of addresses. */
const addressed = { array: ['array'], row: ['row', 'wordline'], column: ['column', 'col', 'bitline'] };

/** The cells of a plan in its own order. */
export function planCells(plan: Plan): PlanCells {
  const count = plan.target.length;
  const address = { array: new Int32Array(count), row: new Int32Array(count), column: new Int32Array(count) };
  const placement = planPlacement(plan);
  placement.cellAddress(address);
  const { rows, columns } = plan.geometry;
  const numbers = new Int32Array(placement.arrays * rows * columns).fill(-1);
  for (let i = 0; i < count; i++) {
    numbers[(address.array[i]! * rows + address.row[i]!) * columns + address.column[i]!] = i;
  }
  return {
    cell: Int32Array.from(address.array.keys()),
    at(array, row, column) {
      if (row >= rows || column >= columns) return undefined;
      const found = numbers[(array * rows + row) * columns + column];
      return found === undefined || found < 0 ? undefined : found;
    },
    address: cell => `array ${address.array[cell]}, row ${address.row[cell]}, column ${address.column[cell]}`,
  };
}

/** The cell of each row of a table that has addresses; undefined where it has none. Refuses cells that the plan lacks. */
export function addressedCells(table: BenchTable, cells: PlanCells): Int32Array | undefined {
  const [row, column] = [table.counts(addressed.row), table.counts(addressed.column)];
  if (!row || !column) return undefined;
  const array = table.counts(addressed.array) ?? new Int32Array(table.rows);
  return Int32Array.from(row, (_, i) => {
    const found = cells.at(array[i]!, row[i]!, column[i]!);
    insist(found !== undefined, {
      file: table.name,
      path: [table.place(i)],
      rule: `is of array ${array[i]}, row ${row[i]}, column ${column[i]}, where the plan has no cell`,
      hint: 'measure the cells of the plan that posterohm export plan wrote',
    });
    return found;
  });
}

/** Targets of a plan's table, S, by number in the plan, and the order of its rows. Refuses other cells than the plan has. */
export async function readPlanTable(
  bytes: Uint8Array,
  name: string,
  plan: Plan,
): Promise<{ readonly target: Float32Array; readonly cells: PlanCells }> {
  const own = planCells(plan);
  const table = await benchTable(bytes, name);
  const cell = addressedCells(table, own);
  const asked = table.quantities(['target'], 'conductance', 'S');
  insist(cell && asked, {
    file: name,
    path: [],
    rule: "must have the columns 'array', 'row', 'column' and 'target'",
    hint: 'write it with posterohm export plan',
  });
  insist(new Set(cell).size === plan.target.length && cell.length === plan.target.length, {
    file: name,
    path: [],
    rule: `must have each of the plan's ${plan.target.length} cells once, got ${cell.length} rows of ${new Set(cell).size} cells`,
    hint: 'write it with posterohm export plan of the same run',
  });
  const target = new Float32Array(plan.target.length);
  for (const [i, number] of cell.entries()) target[number] = asked[i]!;
  return { target, cells: { ...own, cell } };
}

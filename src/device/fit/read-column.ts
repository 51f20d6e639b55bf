import {
  type Dimension,
  dimensionOf,
  InputError,
  isMissing,
  parseQuantity,
  plainText,
  type Table,
  within,
} from '../../base/index.ts';
import type { Column } from './columns.ts';

/** The numbers of a column in SI units, NaN where the table has none. */
export interface Numbers {
  readonly values: Float64Array;
  /** Whether header, entries or options state the unit. */
  readonly unitStated: boolean;
}

/** What instruments send for a reading out of range or none (SCPI: 9.9E37 and 9.91E37). */
const noReading = 9.9e37;

/** Reads a column of numbers. */
export function readColumn({ cells, lines }: Table, column: Column, dimension: Dimension, where: string): Numbers {
  const values = new Float64Array(cells.length);
  const scale =
    column.unit === undefined ? 1 : within([column.name], () => parseQuantity(`1 ${column.unit}`, dimension));
  let withUnit = 0;
  let without = 0;
  for (let i = 0; i < cells.length; i++) {
    const entry = cells[i]![column.index]!;
    if (isMissing(entry)) {
      values[i] = Number.NaN;
      continue;
    }
    const number = Number(plainText(entry));
    if (Math.abs(number) < Number.POSITIVE_INFINITY) {
      values[i] = Math.abs(number) >= noReading ? Number.NaN : number * scale;
      without++;
      continue;
    }
    withUnit++;
    values[i] = within(where, () =>
      within([`line ${lines[i]}, column '${column.name}'`], () => parseQuantity(entry, dimension)),
    );
  }
  if (withUnit > 0 && without > 0) {
    throw new InputError(
      `${where}: column '${column.name}' mixes entries with and without a unit; give all of them one, or none.`,
    );
  }
  return { values, unitStated: column.unit !== undefined || withUnit > 0 };
}

/** The conductances of a column of conductances or resistances, as its unit says, else as `usual`; a resistance of 0 has none. */
export function readLevel(
  table: Table,
  column: Column,
  usual: 'conductance' | 'resistance',
  where: string,
): Numbers & { readonly dimension: 'conductance' | 'resistance' } {
  const stated = column.unit === undefined ? undefined : dimensionOf(`1 ${column.unit}`);
  const dimension = stated === 'resistance' || stated === 'conductance' ? stated : usual;
  const { values, unitStated } = readColumn(table, column, dimension, where);
  return { values: dimension === 'resistance' ? values.map(ohms => 1 / ohms) : values, unitStated, dimension };
}

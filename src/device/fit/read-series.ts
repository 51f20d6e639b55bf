import { insist, parseQuantity, readTable, type TableOptions, within } from '../../base/index.ts';

/** Successive reads of cells at one interval, S. */
export interface ReadSeries {
  readonly cells: readonly Float64Array[];
  /** Time from one read to the next, s; absent where it was not recorded. */
  readonly interval?: number;
}

/**
 * Reads a table of one cell a row, its reads side by side after `skip` other columns (`readTable`). `unit` is one of
 * conductance, or of resistance.
 */
export function parseReadSeries(
  source: Uint8Array | string,
  where: string,
  {
    skip = 0,
    unit = 'S',
    interval,
    ...how
  }: Omit<TableOptions, 'skip' | 'header'> & {
    readonly skip?: number;
    readonly unit?: string;
    readonly interval?: number;
  } = {},
): ReadSeries {
  const { cells: rows, lines } = readTable(source, where, how);
  const [scale, resistance] = scaleOf(unit);
  const cells = rows.map((row, i) =>
    Float64Array.from(row.slice(skip), (entry, k) => {
      const value = Number(entry) * scale;
      insist(entry !== '' && value > 0 && Number.isFinite(value), {
        file: where,
        path: [`line ${lines[i]}, column ${skip + k + 1}`],
        rule: 'must be a number above 0',
        value: entry,
        hint: 'give the number of columns before the reads',
      });
      return resistance ? 1 / value : value;
    }),
  );
  insist(cells.length > 0 && cells.every(cell => cell.length >= fewestReads), {
    file: where,
    path: [],
    rule: `needs rows of ${fewestReads} reads or more`,
  });
  return { cells, ...(interval !== undefined && { interval }) };
}

/** Reads below which a series shows no spectrum and no traps. */
const fewestReads = 64;

/** SI value of a unit and whether it is one of resistance. */
function scaleOf(unit: string): readonly [scale: number, resistance: boolean] {
  try {
    return [parseQuantity(`1 ${unit}`, 'resistance'), true];
  } catch {
    return [within(['reads'], () => parseQuantity(`1 ${unit}`, 'conductance')), false];
  }
}

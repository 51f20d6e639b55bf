import { InputError, insist, isMissing, parseQuantity, plainText, readTable, within } from '../base/index.ts';
import { decodeParquet } from '../data/index.ts';
import { columnCalled, splitUnit } from '../device/index.ts';

/** What columns of a table for a bench can hold. */
export const benchColumns = ['conductance', 'resistance', 'time', 'array', 'row', 'column'] as const;

/** Headers of columns, or their numbers from 0, by what they hold, where headers do not say it. */
export type BenchColumns = Partial<Record<(typeof benchColumns)[number], string>>;

/** A table from or for a bench, whose columns are found by their headers. */
export interface BenchTable {
  readonly name: string;
  readonly rows: number;
  /** Where a row, from 0, stands, for errors: `line 9` of a text, `row 8` of Parquet. */
  place(row: number): string;
  /** Numbers of the column with one of these headers in SI units, NaN where nothing was measured; undefined where there is none. */
  quantities(names: readonly string[], dimension: Dimension, unit?: string): Float64Array | undefined;
  /** Whole numbers of 0 or more. */
  counts(names: readonly string[]): Int32Array | undefined;
}

type Dimension = 'conductance' | 'resistance' | 'time';

/** A column with its entries, as texts or numbers. */
interface Entries {
  readonly header: string;
  readonly unit: string | undefined;
  readonly data: ArrayLike<string | number>;
}

/** Reads a CSV or Parquet table; `name` is the file's for errors, `stated` names columns by what they hold. */
export async function benchTable(bytes: Uint8Array, name: string, stated: BenchColumns = {}): Promise<BenchTable> {
  const { columns, place } = await columnsOf(bytes, name);
  const headers = columns.map(({ header }) => header);
  const named = new Map(Object.entries(stated).map(([role, header]) => [role, columnCalled(header, headers, name)]));
  const taken = new Set(named.values());
  const find = (names: readonly string[]) => {
    const found = named.has(names[0]!)
      ? columns[named.get(names[0]!)!]
      : columns.find(({ header }, i) => !taken.has(i) && names.includes(plainHeader(header)));
    return found && { ...found, unit: found.unit ?? splitUnit(found.header).unit };
  };
  const placed = (header: string, row: number) => [`${place(row)}, column '${header}'`];
  return {
    name,
    rows: columns[0]?.data.length ?? 0,
    place,
    quantities(names, dimension, given) {
      const found = find(names);
      if (!found) return undefined;
      const { header, unit = given, data } = found;
      return Float64Array.from(data, (entry, row) => {
        const text = plainText(String(entry)).trim();
        if (isMissing(text) || text.toLowerCase() === 'open') return Number.NaN;
        const own = /[^\d.eE+-]/.test(text);
        if (!own && unit === undefined) throw noUnit(name, header, dimension);
        return within(name, () =>
          within(placed(header, row), () => parseQuantity(own ? text : `${text} ${unit}`, dimension)),
        );
      });
    },
    counts(names) {
      const found = find(names);
      return (
        found &&
        Int32Array.from(found.data, (entry, row) => {
          const value = Number(entry);
          insist(entry !== '' && Number.isInteger(value) && value >= 0, {
            file: name,
            path: placed(found.header, row),
            rule: 'must be a whole number of 0 or more',
            value: entry,
          });
          return value;
        })
      );
    },
  };
}

/** `Conductance (uS)` as `conductance`. */
const plainHeader = (header: string): string =>
  splitUnit(header)
    .name.toLowerCase()
    .replace(/[^a-z]/g, '');

/** The columns of a Parquet file, told by its first bytes, or else of a text. */
async function columnsOf(
  bytes: Uint8Array,
  name: string,
): Promise<{ readonly columns: Entries[]; readonly place: BenchTable['place'] }> {
  if ([0x50, 0x41, 0x52, 0x31].every((byte, i) => bytes[i] === byte)) {
    const { columns } = await decodeParquet(bytes, name, { gaps: true });
    return {
      columns: Object.entries(columns).map(([header, { data }]) => ({ header, unit: undefined, data })),
      place: row => `row ${row + 1}`,
    };
  }
  const { names, units, cells, lines } = readTable(bytes, name);
  return {
    columns: names.map((header, j) => ({ header, unit: units[j], data: cells.map(row => row[j]!) })),
    place: row => `line ${lines[row]}`,
  };
}

const examples = { time: ['h', '--time 1h'], conductance: ['uS', '--unit uS'], resistance: ['kohm', '--unit kohm'] };

/** Refuses numbers whose unit nobody states. */
export function noUnit(file: string, column: string, dimension: Dimension): InputError {
  const [example, unit] = examples[dimension];
  return new InputError({
    file,
    path: [column],
    rule: `states no unit of ${dimension}`,
    hint: `head the column '${column} (${example})' or add ${unit}`,
  });
}

import { InputError, readTable } from '../../base/index.ts';
import { gunzipped } from './gzip.ts';
import { parquetCells } from './parquet.ts';

/** The cells of a table as texts without surrounding blanks. */
export interface TextTable {
  /** Names from the header, or column 0, column 1, … */
  readonly names: readonly string[];
  readonly cells: readonly (readonly string[])[];
  /** Where each row stands in the file: `line 3`, or `row 2` of a table without lines. */
  place(row: number): string;
  /** How the file was read. */
  readonly readAs: string;
}

/** How a text table is written; recognised where it is not said. */
export interface TextTableOptions {
  readonly header?: boolean | undefined;
  readonly delimiter?: string | undefined;
  readonly decimal?: '.' | ',' | undefined;
  readonly skip?: number | undefined;
}

/** Reads a table in a text file, gzipped or not, or a Parquet file; `name` is the file's name for errors. */
export async function decodeTextTable(
  packed: Uint8Array,
  name: string,
  options: TextTableOptions = {},
): Promise<TextTable> {
  const bytes = gunzipped(packed, name);
  const table = isParquet(bytes) ? await fromParquet(bytes, name) : fromText(bytes, name, options);
  const [first = []] = table.cells;
  const headerAlone = table.cells.length === 1 && !first.some(cell => Number.isFinite(Number(cell)));
  if (table.cells.length === 0 || headerAlone)
    throw new InputError(`${name}: holds no rows; a data set needs at least three.`);
  const twice = table.names.find((text, i) => table.names.indexOf(text) !== i);
  if (twice !== undefined) {
    throw new InputError(`${name}: names the column '${twice}' twice; give every column its own name.`);
  }
  return table;
}

function fromText(bytes: Uint8Array, name: string, options: TextTableOptions): TextTable {
  const { names, cells, lines, readAs } = readTable(bytes, name, options);
  const numbers = names.filter(text => text !== '' && Number.isFinite(Number(text)));
  const counted = numbers.every((text, i) => Number(text) === i);
  if (numbers.length > names.length / 2 && !counted) {
    throw new InputError(`${name}: the header holds numbers where names of columns are expected; set header: false.`);
  }
  return { names, cells, place: row => `line ${lines[row]}`, readAs };
}

async function fromParquet(bytes: Uint8Array, name: string): Promise<TextTable> {
  const columns = await parquetCells(bytes, name);
  const texts = Object.values(columns);
  const count = texts[0]?.length ?? 0;
  const cells = Array.from({ length: count }, (_, i) => texts.map(column => column[i]!));
  return { names: Object.keys(columns), cells, place: row => `row ${row + 1}`, readAs: 'Parquet' };
}

const isParquet = (bytes: Uint8Array): boolean => new TextDecoder('latin1').decode(bytes.subarray(0, 4)) === 'PAR1';

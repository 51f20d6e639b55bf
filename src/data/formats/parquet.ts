import { parquetMetadata, parquetRead, parquetSchema } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { InputError } from '../../base/index.ts';
import { CellReader, ColumnReader } from './parquet-column.ts';
import { checkFooter, checkPages } from './parquet-pages.ts';
import { compressSnappy } from './snappy.ts';
import { expandSnappy } from './snappy-reader.ts';

/** Entries of a column that may be made as they are asked for: `slice` gives those from one to before another. */
export interface Entries<A> {
  readonly length: number;
  slice(from: number, to: number): A;
}

/** One column of a table: whole numbers, single or double precision, or texts. */
export type Column =
  | { readonly type: 'INT32'; readonly data: Int32Array }
  | { readonly type: 'FLOAT'; readonly data: Float32Array }
  | { readonly type: 'DOUBLE'; readonly data: Float64Array }
  | { readonly type: 'STRING'; readonly data: readonly string[] };

/** A column to be written, whole or piece by piece. */
export type ColumnSource =
  | { readonly type: 'INT32'; readonly data: Entries<Int32Array> }
  | { readonly type: 'FLOAT'; readonly data: Entries<Float32Array> }
  | { readonly type: 'DOUBLE'; readonly data: Entries<Float64Array> }
  | { readonly type: 'STRING'; readonly data: Entries<readonly string[]> };

/** Columns of equal length by name, in order, to be written. */
export type TableSource = Readonly<Record<string, ColumnSource>>;

/** Columns of equal length by name, in order. */
export type Table = Readonly<Record<string, Column>>;

export interface TableFile {
  readonly columns: Table;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Rows that a file of so many bytes may declare: runs of equal values take next to nothing, so small files get a million. */
const mostRows = (bytes: number) => Math.max(2 ** 20, 64 * bytes);

/** Rows of a table; throws where columns differ in length. */
export function rowsOf(table: TableSource): number {
  const lengths = new Set(Object.values(table).map(column => column.data.length));
  if (lengths.size > 1) throw new Error(`internal: columns of different lengths ${[...lengths].join(', ')}`);
  return [...lengths][0] ?? 0;
}

/** A Parquet file (snappy) without missing values. `metadata` goes into the file's key-value metadata. */
export function encodeParquet(columns: TableSource, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  rowsOf(columns);
  const columnData = Object.entries(columns).map(([name, { type, data }]) => ({
    name,
    type,
    data: data as Entries<string[]> as string[],
    nullable: false,
    statistics: false,
    ...(type !== 'STRING' && { encoding: 'PLAIN' as const }),
  }));
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return new Uint8Array(
    parquetWriteBuffer({
      columnData,
      kvMetadata,
      createdBy: 'posterohm',
      compressors: { SNAPPY: compressSnappy },
      // One page for each of the writer's groups of 100,000 rows.
      pageSize: 0,
    }),
  );
}

/**
 * Reads a Parquet file of plain columns (whole numbers, reals, booleans, texts), uncompressed or snappy, or those `wanted`
 * that it has; `name` is the file's name for errors. 64-bit integers come back as doubles, booleans as 0 and 1. Missing
 * values are refused, or those of real columns NaN where there may be `gaps`.
 */
export async function decodeParquet(
  bytes: Uint8Array,
  name: string,
  { wanted, gaps }: { readonly wanted?: readonly string[]; readonly gaps?: boolean } = {},
): Promise<TableFile> {
  const { readers, metadata } = await readParquet(
    bytes,
    name,
    (type, rows, where) => new ColumnReader(type, rows, where, gaps),
    wanted,
  );
  const columns = Object.fromEntries(Object.entries(readers).map(([column, reader]) => [column, reader.column()]));
  return { columns, metadata };
}

/** The columns of such a file, also of dates and with missing values, as texts: [rows] by name. */
export async function parquetCells(
  bytes: Uint8Array,
  name: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { readers } = await readParquet(bytes, name, (_, rows, where) => new CellReader(rows, where));
  return Object.fromEntries(Object.entries(readers).map(([column, reader]) => [column, reader.cells()]));
}

/** Takes the pages of a column, in any order. */
interface PageReader {
  take(from: number, values: ArrayLike<unknown>): void;
}

/** Has a reader take every column, or those `wanted` that there are. */
async function readParquet<R extends PageReader>(
  bytes: Uint8Array,
  name: string,
  readerOf: (type: string | undefined, rows: number, where: string) => R,
  wanted?: readonly string[],
): Promise<{ readonly readers: Readonly<Record<string, R>>; readonly metadata: Readonly<Record<string, string>> }> {
  const fail = (rule: string) =>
    new InputError({
      file: name,
      path: [],
      rule,
      hint: 'write it again, for instance with pandas: table.to_parquet(path)',
    });
  const file = {
    byteLength: bytes.length,
    slice: (from: number, to = bytes.length) => new Uint8Array(bytes.subarray(from, to)).buffer,
  };
  try {
    checkFooter(bytes);
    const metadata = parquetMetadata(bytes);
    const rows = Number(metadata.num_rows);
    if (!(rows >= 0 && rows <= mostRows(bytes.length))) throw fail(`declares ${rows} rows in ${bytes.length} bytes`);
    const isWanted = (column: string) => wanted === undefined || wanted.includes(column);
    const chunks = metadata.row_groups
      .flatMap(group => group.columns)
      .filter(({ meta_data: chunk }) => isWanted(chunk?.path_in_schema[0] ?? ''));
    for (const { meta_data: chunk } of chunks) {
      if (chunk?.codec !== 'SNAPPY' && chunk?.codec !== 'UNCOMPRESSED') {
        throw fail(`is compressed with ${chunk?.codec}, where snappy or none can be read`);
      }
      if (chunk.num_values > BigInt(rows)) throw fail(`has a column of ${chunk.num_values} values in ${rows} rows`);
    }
    checkPages(bytes, chunks);
    const readers: Record<string, R> = {};
    for (const { element, children } of parquetSchema(metadata).children) {
      if (!isWanted(element.name)) continue;
      if (children.length > 0 || element.repetition_type === 'REPEATED') {
        throw fail(`column '${element.name}' is nested, where plain columns are needed`);
      }
      const held = chunks
        .filter(({ meta_data: chunk }) => chunk?.path_in_schema[0] === element.name)
        .reduce((sum, { meta_data: chunk }) => sum + Number(chunk?.num_values), 0);
      if (held !== rows) throw fail(`column '${element.name}' has ${held} values in ${rows} rows`);
      const reader = readerOf(element.type, rows, `${name}, column '${element.name}'`);
      await parquetRead({
        file,
        metadata,
        columns: [element.name],
        compressors: { SNAPPY: expandSnappy },
        onPage: ({ rowStart, columnData }) => reader.take(rowStart, columnData),
      });
      readers[element.name] = reader;
    }
    const pairs = (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']);
    return { readers, metadata: Object.fromEntries(pairs) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    // A reader that trips over what is not there says nothing that helps.
    const reason = error instanceof TypeError ? 'its metadata are damaged' : (error as Error).message;
    throw fail(`cannot be read as Parquet (${reason})`);
  }
}

import { parquetMetadata, parquetRead, parquetSchema } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { InputError } from '../../base/index.ts';
import { checkFooter, checkPages } from './parquet-pages.ts';

/** One column of a table: whole numbers, single or double precision, or texts. */
export type Column =
  | { readonly type: 'INT32'; readonly data: Int32Array }
  | { readonly type: 'FLOAT'; readonly data: Float32Array }
  | { readonly type: 'DOUBLE'; readonly data: Float64Array }
  | { readonly type: 'STRING'; readonly data: readonly string[] };

/** Columns of equal length by name, in order. */
export type Table = Readonly<Record<string, Column>>;

export interface TableFile {
  readonly columns: Table;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Rows that a file of so many bytes may declare: runs of equal values take next to nothing, so small files get a million. */
const mostRows = (bytes: number) => Math.max(2 ** 20, 64 * bytes);

/** Rows of a table; throws where columns differ in length. */
export function rowsOf(table: Table): number {
  const lengths = new Set(Object.values(table).map(column => column.data.length));
  if (lengths.size > 1) throw new Error(`internal: columns of different lengths ${[...lengths].join(', ')}`);
  return [...lengths][0] ?? 0;
}

/** A Parquet file (snappy) without missing values. `metadata` goes into the file's key-value metadata. */
export function encodeParquet(columns: Table, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  rowsOf(columns);
  const columnData = Object.entries(columns).map(([name, { type, data }]) => ({
    name,
    type,
    data: data as string[],
    nullable: false,
  }));
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata, createdBy: 'posterohm' }));
}

/**
 * Reads a Parquet file of plain columns (whole numbers, reals, booleans, texts), uncompressed or snappy; `name` is the
 * file's name for errors. 64-bit integers come back as doubles, booleans as 0 and 1. Missing values are refused.
 */
export async function decodeParquet(bytes: Uint8Array, name: string): Promise<TableFile> {
  const fail = (rule: string) =>
    new InputError({
      file: name,
      path: [],
      rule,
      hint: 'write it again, for instance with pandas: table.to_parquet(path)',
    });
  const file = bytes.slice().buffer as ArrayBuffer;
  try {
    checkFooter(bytes);
    const metadata = parquetMetadata(file);
    const rows = Number(metadata.num_rows);
    if (!(rows >= 0 && rows <= mostRows(bytes.length))) throw fail(`declares ${rows} rows in ${bytes.length} bytes`);
    for (const { meta_data: chunk } of metadata.row_groups.flatMap(group => group.columns)) {
      if (chunk?.codec !== 'SNAPPY' && chunk?.codec !== 'UNCOMPRESSED') {
        throw fail(`is compressed with ${chunk?.codec}, where snappy or none can be read`);
      }
      if (chunk.num_values > BigInt(rows)) throw fail(`has a column of ${chunk.num_values} values in ${rows} rows`);
    }
    checkPages(bytes, metadata);
    const columns: Record<string, Column> = {};
    for (const { element, children } of parquetSchema(metadata).children) {
      if (children.length > 0 || element.repetition_type === 'REPEATED') {
        throw fail(`column '${element.name}' is nested, where plain columns are needed`);
      }
      const chunks: { rowStart: number; columnData: ArrayLike<unknown> }[] = [];
      await parquetRead({ file, metadata, columns: [element.name], onChunk: chunk => chunks.push(chunk) });
      const values = new Array<unknown>(rows);
      for (const { rowStart, columnData } of chunks) {
        if (rowStart + columnData.length > rows) throw fail(`column '${element.name}' has more than ${rows} rows`);
        for (let i = 0; i < columnData.length; i++) values[rowStart + i] = columnData[i];
      }
      columns[element.name] = columnOf(element.type, values, `${name}, column '${element.name}'`);
    }
    const pairs = (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']);
    return { columns, metadata: Object.fromEntries(pairs) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw fail(`cannot be read as Parquet (${error instanceof Error ? error.message : error})`);
  }
}

function columnOf(type: string | undefined, values: ArrayLike<unknown>, where: string): Column {
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null || values[i] === undefined) {
      throw new InputError(`${where}: has no value in row ${i + 1}; fill or drop rows with missing values.`);
    }
  }
  const first = values[0];
  if (type === 'INT32' || type === 'BOOLEAN')
    return { type: 'INT32', data: Int32Array.from(values as number[], Number) };
  if (type === 'FLOAT') return { type, data: Float32Array.from(values as number[]) };
  if (type === 'DOUBLE') return { type, data: Float64Array.from(values as number[]) };
  if (type === 'INT64' && (first === undefined || typeof first === 'bigint' || typeof first === 'number')) {
    const data = Float64Array.from(values as number[], Number);
    const wrong = data.findIndex(value => !Number.isSafeInteger(value));
    if (wrong >= 0)
      throw new InputError(`${where}: row ${wrong + 1} is ${values[wrong]}, beyond ±2^53; store doubles.`);
    return { type: 'DOUBLE', data };
  }
  if (first === undefined || typeof first === 'string') return { type: 'STRING', data: Array.from(values as string[]) };
  throw new InputError(`${where}: has type ${type}; convert it to numbers or texts.`);
}

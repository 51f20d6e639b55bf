import { CsvError, parse } from '#csv-parse';
import { InputError } from '../../base/index.ts';

/** The cells of a CSV file as texts without surrounding blanks. */
export interface CsvRows {
  /** Names from the header line, or column 0, column 1, … */
  readonly names: readonly string[];
  readonly cells: readonly (readonly string[])[];
  /** Line of the file on which each row ends, counted from 1. */
  readonly lines: readonly number[];
}

/** Reads a CSV file; every row must have as many cells as the first. `name` is the file's name for errors. */
export function decodeCsv(
  bytes: Uint8Array,
  name: string,
  { header, delimiter }: { readonly header: boolean; readonly delimiter: string },
): CsvRows {
  const records = parsed(bytes, name, delimiter);
  const width = records[0]?.record.length ?? 0;
  if (records.length < (header ? 2 : 1))
    throw new InputError(`${name}: holds no rows; a data set needs at least three.`);
  for (const { record, info } of records) {
    if (record.length !== width) {
      throw new InputError(
        `${name}: line ${info.lines} has ${record.length} cells where the first has ${width}; complete the line or check data.delimiter ('${delimiter}').`,
      );
    }
  }
  const cells = records.map(({ record }) => record);
  const lines = records.map(({ info }) => info.lines);
  if (!header) {
    return { names: Array.from({ length: width }, (_, i) => `column ${i}`), cells, lines };
  }
  const names = cells.shift() ?? [];
  lines.shift();
  const numbers = names.filter(text => text !== '' && Number.isFinite(Number(text))).map(Number);
  const counted = numbers.every((value, i) => value === i);
  if (numbers.length > width / 2 && !counted) {
    throw new InputError(`${name}: line 1 holds numbers where names of columns are expected; set header: false.`);
  }
  const twice = names.find((text, i) => names.indexOf(text) !== i);
  if (twice !== undefined) {
    throw new InputError(`${name}: line 1 names the column '${twice}' twice; give every column its own name.`);
  }
  return { names, cells, lines };
}

function parsed(bytes: Uint8Array, name: string, delimiter: string): { record: string[]; info: { lines: number } }[] {
  try {
    return parse(bytes, {
      delimiter,
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError(
      `${name}: line ${(error as { lines?: number }).lines ?? '?'} is no CSV (${error.code}); close quotes and double those inside.`,
    );
  }
}

import { CsvError, parse } from '#csv-parse';
import { InputError } from '../errors.ts';
import { type DecimalMark, decimalMarkOf, isNumber, withPoint } from './decimal.ts';
import { cellsOf, commentMarkOf, commonest, delimiterName, delimiterOf, evenly } from './delimiter.ts';
import { decodeText } from './encoding.ts';
import { type Head, headOf } from './head.ts';

/** How a table is written, where it is not to be recognised. */
export interface TableOptions {
  /** Character between cells; a space stands for any run of blanks. */
  readonly delimiter?: string | undefined;
  /** Decimal mark of its numbers. */
  readonly decimal?: DecimalMark | undefined;
  /** Lines above the table that are passed over. */
  readonly skip?: number | undefined;
  /** Whether its first row holds the names of the columns. */
  readonly header?: boolean | undefined;
}

/** A table of a text file, every row as long as the first. */
export interface Table {
  /** Names of the columns as the header says them, units included; `column 0`, `column 1` … where there is none. */
  readonly names: readonly string[];
  /** Units by column, from a row of them below the header. */
  readonly units: readonly (string | undefined)[];
  /** [rows][columns]: texts without blanks around them; numbers with a decimal point and without marks of thousands. */
  readonly cells: readonly (readonly string[])[];
  /** Line of the file on which each row ends, counted from 1. */
  readonly lines: readonly number[];
  /** How the file was read: `semicolon, decimal comma, header, row of units`. */
  readonly readAs: string;
}

/**
 * Reads a table from a text file. The encoding (UTF-8, UTF-16, Latin-1), the delimiter (tab, semicolon, bar, comma, blanks),
 * the decimal mark, comment lines (#, %, //), lines above the table that are shorter or longer than its rows, the header, also
 * in the last comment, and a row of units are recognised, unless options say them; `readAs` tells what was found. `where` is
 * the file's name in faults.
 */
export function readTable(source: Uint8Array | string, where: string, options: TableOptions = {}): Table {
  const { text, encoding } = decodeText(source, where);
  const mark = commentMarkOf(text);
  // Spreadsheets write the delimiter into a line of its own: sep=;
  const stated = /^sep=(.)[ \t]*[\r\n]/i.exec(text)?.[1];
  const how = { ...options, skip: (options.skip ?? 0) + (stated === undefined ? 0 : 1) };
  const delimiter = options.delimiter ?? stated ?? delimiterOf(text, mark, how);
  const { above, under, records } = between(recordsOf(text, where, { ...how, delimiter, mark }), where, delimiter);
  const decimal = options.decimal ?? decimalMarkOf(records, delimiter, where);
  const plain = records.map(({ cells, line }) => ({ cells: cells.map(cell => withPoint(cell, decimal)), line }));
  const head = headOf(plain, options.header, commentsOf(text, mark, plain[0]?.line ?? 1, delimiter));
  const body = plain.slice(head.rows);
  // Lines that end in a delimiter make a column without a name or an entry.
  const last = head.names.findLastIndex(
    (name, j) => !unnamed(name, j, head) || body.some(({ cells }) => cells[j] !== ''),
  );
  const kept = head.names.slice(0, last + 1);
  const readAs = [
    kept.length === 1 ? 'one column' : delimiterName(delimiter),
    ...(records.some(({ cells }) => cells.some(cell => /\d,\d/.test(cell) && isNumber(withPoint(cell, decimal))))
      ? [decimal === ',' ? 'decimal comma' : 'commas between thousands']
      : []),
    ...(encoding === 'UTF-8' ? [] : [encoding]),
    ...(above > 0 ? [`${linesSaid(above)} above the table passed over`] : []),
    ...(under > 0 ? [`${linesSaid(under)} below it passed over`] : []),
    head.said,
  ].join(', ');
  return {
    names: kept,
    units: head.units.slice(0, kept.length),
    cells: body.map(({ cells }) => (cells.length === kept.length ? cells : cells.slice(0, kept.length))),
    lines: body.map(({ line }) => line),
    readAs,
  };
}

const linesSaid = (count: number): string => `${count} ${count === 1 ? 'line' : 'lines'}`;

const unnamed = (name: string, j: number, head: Head): boolean =>
  name === '' || (head.rows === 0 && name === `column ${j}`);

interface Record {
  readonly cells: readonly string[];
  readonly line: number;
}

function recordsOf(
  text: string,
  where: string,
  { delimiter, mark, skip }: { delimiter: string; mark: string | undefined; skip: number },
): Record[] {
  try {
    const found = parse(delimiter === ' ' ? evenly(text) : text, {
      delimiter: delimiter === ' ' ? '\t' : delimiter,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      relax_quotes: true,
      from_line: skip + 1,
      ...(mark !== undefined && { comment: mark, comment_no_infix: true }),
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return found.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError({
      file: where,
      path: [`line ${(error as { lines?: number }).lines ?? '?'}`],
      rule: `is no row of a table (${error.code})`,
      hint: 'close quotes and double those inside',
    });
  }
}

/**
 * The rows without what stands above and below them: leading lines of another length than most rows have, and words at the
 * beginning or the end that fill no more than one cell.
 */
function between(
  found: readonly Record[],
  where: string,
  delimiter: string,
): { above: number; under: number; records: readonly Record[] } {
  const { value: width } = commonest(found.map(({ cells }) => cells.length));
  const [first, ...more] = found;
  const all =
    first && namesRowsToo(first, more, width) ? [{ ...first, cells: ['row', ...first.cells] }, ...more] : found;
  const isWords = ({ cells }: Record): boolean => {
    const held = cells.filter(cell => cell !== '');
    return width > 1 && held.length <= 1 && !held.some(isNumber);
  };
  const above = Math.max(
    0,
    all.findIndex(row => row.cells.length === width && !isWords(row)),
  );
  const end = all.findLastIndex(row => row.cells.length > 1 || !isWords(row)) + 1;
  const records = all.slice(above, end);
  const off = records.find(({ cells }) => cells.length !== width);
  if (off) {
    throw new InputError({
      file: where,
      path: [`line ${off.line}`],
      rule: `has ${off.cells.length} cells where most have ${width}`,
      hint: `complete the line, or say the delimiter if it is not the ${delimiterName(delimiter)}`,
    });
  }
  return { above, under: all.length - end, records };
}

/** Whether the header lacks a name for the first column, that of the names of rows, as R writes it. */
const namesRowsToo = ({ cells }: Record, more: readonly Record[], width: number): boolean =>
  width > 2 && more.length > 1 && cells.length === width - 1 && !cells.some(isNumber);

/** The last comment line above a line, in cells: some programs write the header there. */
function commentsOf(text: string, mark: string | undefined, before: number, delimiter: string): string[] | undefined {
  if (mark === undefined) return undefined;
  const lines = text.split(/\r\n|\n|\r/, before - 1).map(line => line.trim());
  const last = lines.filter(line => line.startsWith(mark)).at(-1);
  return last === undefined ? undefined : cellsOf(last.slice(mark.length).trim(), delimiter);
}

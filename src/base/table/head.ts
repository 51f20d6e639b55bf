import { dimensionOf } from '../units.ts';
import { isBareNumber, isMissing, isNumber } from './decimal.ts';

/** What stands above the numbers of a table. */
export interface Head {
  readonly names: readonly string[];
  readonly units: readonly (string | undefined)[];
  /** Rows that it takes. */
  readonly rows: number;
  readonly said: string;
}

/** Rows from which a header is told. */
const rowsLooked = 200;

/**
 * The header of a table: its first row, where it is said to be one or holds words above numbers, else the comment above it,
 * else `column 0`, `column 1` …; and the row of units below it.
 */
export function headOf(
  records: readonly { readonly cells: readonly string[] }[],
  stated: boolean | undefined,
  comment: readonly string[] | undefined,
): Head {
  const [first = [], ...more] = records.slice(0, rowsLooked).map(({ cells }) => cells);
  if (stated ?? isHeader(first, more)) {
    const units = more[0] && unitsOf(more[0]);
    return {
      names: first,
      units: units ?? first.map(() => undefined),
      rows: units ? 2 : 1,
      said: units ? 'header, row of units' : 'header',
    };
  }
  const none = first.map(() => undefined);
  if (stated === undefined && comment?.length === first.length && !comment.some(isNumber)) {
    return { names: comment, units: none, rows: 0, said: 'header in a comment' };
  }
  return { names: first.map((_, j) => `column ${j}`), units: none, rows: 0, said: 'no header' };
}

/** Whether a row holds a word above a column of numbers, a quantity (`10 s`) above numbers without a unit, or words above nothing. */
function isHeader(first: readonly string[], more: readonly (readonly string[])[]): boolean {
  if (more.length === 0) return !first.some(cell => isMissing(cell) || isNumber(cell));
  return first.some((cell, j) => {
    if (isMissing(cell) || isBareNumber(cell)) return false;
    const below = more.map(row => row[j] ?? '').filter(text => !isMissing(text) && !isUnit(text));
    const alike = below.filter(isNumber(cell) ? isBareNumber : isNumber);
    return below.length > 0 && alike.length >= 0.9 * below.length;
  });
}

const bare = (cell: string): string => cell.replace(/^[([]\s*|\s*[)\]]$/g, '');

const isUnit = (cell: string): boolean => dimensionOf(`1 ${bare(cell)}`) !== undefined;

/** The units of a row that holds nothing else; undefined where it holds more. */
function unitsOf(row: readonly string[]): (string | undefined)[] | undefined {
  if (!row.some(isUnit) || !row.every(cell => cell === '' || /^[([]?\s*[-–1]?\s*[)\]]?$/.test(cell) || isUnit(cell)))
    return undefined;
  return row.map(cell => (isUnit(cell) ? bare(cell) : undefined));
}

import { type DecimalMark, isMissing, isNumber, withPoint } from './decimal.ts';

const names: Readonly<Record<string, string>> = {
  '\t': 'tab',
  ';': 'semicolon',
  '|': 'bar',
  ',': 'comma',
  ' ': 'blanks',
};

/** Lines that the delimiter is told from. */
const linesLooked = 200;

/** A delimiter as people call it. */
export const delimiterName = (delimiter: string): string => names[delimiter] ?? `'${delimiter}'`;

/** The mark of comment lines, where the first line that is not empty has one or a later one begins with #. */
export function commentMarkOf(text: string): string | undefined {
  const first = /\S.*/.exec(text)?.[0] ?? '';
  return ['%', '//'].find(mark => first.startsWith(mark)) ?? (/^[ \t]*#/m.test(text) ? '#' : undefined);
}

/** Blanks between cells, outside quotes, as single tabs. */
export const evenly = (text: string): string =>
  text.replace(/^[ \t]+|[ \t]+$/gm, '').replace(/"[^"\n]*"|[ \t]+/g, found => (found.startsWith('"') ? found : '\t'));

/**
 * The character that parts most lines into equally many cells, of those that do so alike the one that leaves the most
 * numbers; a comma where none parts anything. A decimal comma that was stated parts no cells.
 */
export function delimiterOf(
  text: string,
  mark: string | undefined,
  { skip = 0, decimal }: { readonly skip?: number | undefined; readonly decimal?: DecimalMark | undefined },
): string {
  const lines = text
    .slice(0, 1 << 20)
    .split(/\r\n|\n|\r/, skip + 4 * linesLooked)
    .slice(skip)
    .filter(line => line.trim() !== '' && !(mark && line.trim().startsWith(mark)))
    .slice(0, linesLooked);
  let best = { delimiter: decimal === ',' ? ';' : ',', even: 0, numbers: 0 };
  for (const delimiter of Object.keys(names)) {
    if (delimiter === ',' && decimal === ',') continue;
    if (delimiter === ' ' && best.even > 0.5) continue;
    const rows = lines.map(line => cellsOf(line, delimiter));
    const { count, value: width } = commonest(rows.map(row => row.length));
    if (width < 2) continue;
    const even = Number((count / lines.length).toFixed(3));
    const cells = rows.flat();
    const numbers = cells.filter(cell => isNumber(withPoint(cell, delimiter === ',' ? '.' : ',')) || isNumber(cell));
    const share = numbers.length / Math.max(1, cells.filter(cell => !isMissing(cell)).length);
    if (even > best.even || (even === best.even && share > best.numbers + 1e-9)) {
      best = { delimiter, even, numbers: share };
    }
  }
  return best.delimiter;
}

/** The cells of one line. */
export function cellsOf(line: string, delimiter: string): string[] {
  const bare = line.replace(/"(?:[^"]|"")*"/g, quoted => (quoted.includes(delimiter) ? 'text' : quoted.slice(1, -1)));
  return (delimiter === ' ' ? bare.trim().split(/\s+/) : bare.split(delimiter)).map(cell => cell.trim());
}

/** The commonest of some numbers, the first of those that are equally common, and how often it occurs. */
export function commonest(values: readonly number[]): { value: number; count: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = { value: 0, count: 0 };
  for (const [value, count] of counts) if (count > best.count) best = { value, count };
  return best;
}

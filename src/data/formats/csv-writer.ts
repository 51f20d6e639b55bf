import { type ColumnSource, rowsOf, type TableSource } from './parquet.ts';

/** Rows that are written at a time. */
const block = 4096;

/** A CSV text with a header line; numbers are written so that reading them back gives the same bits. */
export function encodeCsv(columns: TableSource): string {
  const rows = rowsOf(columns);
  const lines = [Object.keys(columns).map(quoted).join(',')];
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(from + block, rows);
    const cells = Object.values(columns).map(column => textsOf(column, from, to));
    for (let i = 0; i < to - from; i++) lines.push(cells.map(texts => texts[i]).join(','));
  }
  return `${lines.join('\n')}\n`;
}

function textsOf({ type, data }: ColumnSource, from: number, to: number): string[] {
  if (type === 'STRING') return data.slice(from, to).map(quoted);
  return Array.from<number, string>(data.slice(from, to), type === 'FLOAT' ? shortest : String);
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The shortest decimal that single precision reads back as the same number. */
function shortest(value: number): string {
  for (let digits = 6; digits <= 8; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

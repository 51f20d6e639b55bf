import { rowsOf, type Table } from './parquet.ts';

/** A CSV text with a header line; numbers are written so that reading them back gives the same bits. */
export function encodeCsv(columns: Table): string {
  const rows = rowsOf(columns);
  const cells = Object.values(columns).map(({ type, data }) => {
    if (type === 'STRING') return (i: number) => quoted(data[i]!);
    if (type === 'FLOAT') return (i: number) => shortest(data[i]!);
    return (i: number) => String(data[i]);
  });
  const lines = [Object.keys(columns).map(quoted).join(',')];
  for (let i = 0; i < rows; i++) lines.push(cells.map(cell => cell(i)).join(','));
  return `${lines.join('\n')}\n`;
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

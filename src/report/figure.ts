import { escapeText } from './escape.ts';
import { ink } from './palette.ts';

/** A piece of a figure: SVG content in its own coordinates, in pixels. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  /** SVG elements, without an outer `svg`. */
  readonly content: string;
}

/** The numbers that a figure shows, a row each, as a table of its own. */
export interface Numbers {
  /** Titles with units. */
  readonly columns: readonly string[];
  /** As many entries as columns; nothing where there is none. */
  readonly rows: readonly (readonly (string | number | undefined)[])[];
}

/** A picture and the numbers behind it. */
export interface Figure {
  /** One `svg` element that stands alone. */
  readonly svg: string;
  readonly numbers: Numbers;
}

const FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif";

/**
 * Panels below each other, those of one row beside each other, as one SVG. `label` says what it shows, for those who cannot
 * see it.
 */
export function figure(label: string, rows: readonly (readonly Panel[])[], numbers: Numbers): Figure {
  let content = '';
  let width = 0;
  let y = 0;
  for (const row of rows) {
    let x = 0;
    let height = 0;
    for (const part of row) {
      content += `<g transform="translate(${x},${y})">${part.content}</g>`;
      x += part.width;
      height = Math.max(height, part.height);
    }
    width = Math.max(width, x);
    y += height;
  }
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeText(label)}" viewBox="0 0 ${width} ${y}" ` +
    `width="${width}" height="${y}" font-family="${FONT}" font-size="12" fill="currentColor" color="${ink}" ` +
    `text-anchor="middle">${content}</svg>\n`;
  return { svg, numbers };
}

/** Most rows of a file of numbers: the cells of large arrays and points of fine maps are taken evenly beyond it. */
const mostRows = 20_000;

/** Numbers as CSV (RFC 4180) with six digits, and how many rows stand for each row in it. */
export function csvOf({ columns, rows }: Numbers): { readonly csv: string; readonly oneIn: number } {
  const oneIn = Math.ceil(rows.length / mostRows) || 1;
  const lines = [columns, ...rows.filter((_, i) => i % oneIn === 0)];
  return { csv: lines.map(line => `${line.map(field).join(',')}\r\n`).join(''), oneIn };
}

function field(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isNaN(value) ? '' : `${Number(value.toPrecision(6))}`;
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

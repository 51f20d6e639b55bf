import { formatNumber, tied } from '../base/index.ts';
import { type CrossedInterval, type Ends, type Interval, overall } from '../uncertainty/index.ts';
import { escapeText } from './escape.ts';

/** A cell: text, a number, a mean with its interval (over all the evidence there is), an interval alone, or nothing. */
export type Cell = string | number | Interval | CrossedInterval | Ends | undefined;

export interface Table {
  readonly title?: string;
  readonly columns: readonly string[];
  /** As many cells as columns; the first names the row. */
  readonly rows: readonly (readonly Cell[])[];
  /** A sentence below the table. */
  readonly note?: string;
}

/**
 * `0.957 [0.951, 0.962]`, to two digits of the interval's half-width; the mean alone, to `digits`, where the interval has
 * no width.
 */
export function formatInterval(found: Interval | CrossedInterval, digits = 4): string {
  return intervalParts(found, digits).join(' ');
}

/** `[0.951, 0.962]`; nothing where it has no width. */
export const formatEnds = (ends: Ends | undefined): string =>
  ends === undefined || !hasWidth(ends) ? '' : rangeOf(ends, shownLike(ends));

function intervalParts(found: Interval | CrossedInterval, digits: number): string[] {
  const { mean, ...ends } = 'low' in found ? found : overall(found);
  if (!hasWidth(ends)) return [formatNumber(mean, digits)];
  const show = shownLike(ends);
  return [show(mean), rangeOf(ends, show)];
}

/** Whether the ends differ by more than rounding. */
const hasWidth = ({ low, high }: Ends): boolean => high > low && !tied(low, high);

/** How numbers are written beside an interval: to two digits of its half-width. */
function shownLike({ low, high }: Ends): (value: number) => string {
  const decimals = Math.max(0, 1 - Math.floor(Math.log10((high - low) / 2)));
  const size = Math.max(Math.abs(low), Math.abs(high));
  return value => (decimals <= 6 && size < 1e5 ? minus(value.toFixed(decimals)) : formatNumber(value));
}

const rangeOf = ({ low, high }: Ends, show: (value: number) => string): string => `[${show(low)}, ${show(high)}]`;

const minus = (text: string) => text.replace('-', '−');

function cellHtml(cell: Cell): string {
  if (cell === undefined) return '–';
  if (typeof cell === 'string') return escapeText(cell);
  if (typeof cell === 'number') return formatNumber(cell);
  if (!('mean' in cell)) return `<span class="range">${formatEnds(cell) || '–'}</span>`;
  const [mean, range] = intervalParts(cell, 4);
  return range ? `${mean} <span class="range">${range}</span>` : mean!;
}

/** The table as rows of plain text, heads first. */
export const tableText = ({ columns, rows }: Table): string[][] => [
  [...columns],
  ...rows.map(row => row.map(cellText)),
];

function cellText(cell: Cell): string {
  if (cell === undefined) return '–';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return formatNumber(cell);
  return 'mean' in cell ? formatInterval(cell) : formatEnds(cell) || '–';
}

/** The number that a column is sorted by, where it is one. */
function sortValue(cell: Cell): string {
  if (cell === undefined || typeof cell === 'string') return '';
  const value = typeof cell === 'number' ? cell : 'mean' in cell ? cell.mean : cell.low;
  return ` data-value="${Number(value.toPrecision(6))}"`;
}

/** The table as HTML; the first column holds row headers, numbers stand right. In wide tables intervals stand below their means. */
export function tableHtml({ title, columns, rows, note }: Table): string {
  const numeric = columns.map((_, c) => rows.some(row => typeof row[c] === 'number' || typeof row[c] === 'object'));
  const side = (c: number) => (numeric[c] ? ' class="number"' : '');
  // A head without a text heads nothing (axe, empty-table-header).
  const head = columns
    .map((name, c) => (name === '' ? '<td></td>' : `<th scope="col"${side(c)}>${escapeText(name)}</th>`))
    .join('');
  const body = rows.map(row => {
    const cells = row.map((cell, c) =>
      c === 0
        ? `<th scope="row"${sortValue(cell)}>${cellHtml(cell)}</th>`
        : `<td${side(c)}${sortValue(cell)}>${cellHtml(cell)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return [
    `<div class="table${columns.length > 4 ? ' wide' : ''}"><table>`,
    title ? `<caption>${escapeText(title)}</caption>` : '',
    `<thead><tr>${head}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody></table>`,
    note ? `<p class="note">${escapeText(note)}</p>` : '',
    '</div>',
  ]
    .filter(part => part !== '')
    .join('\n');
}

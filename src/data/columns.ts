import { formatNumber, InputError, isMissing } from '../base/index.ts';
import type { Encoding } from './examples.ts';
import type { RawSplit } from './raw-split.ts';

/** One column of a table as numbers: values, days since 1970 or numbers of categories; NaN where there is none. */
export interface TableColumn {
  readonly name: string;
  readonly kind: 'number' | 'date' | 'text';
  readonly values: Float64Array;
  /** Texts by their numbers, sorted; empty for numbers and dates. */
  readonly categories: readonly string[];
}

/** How texts and missing values become numbers. */
export interface ColumnOptions {
  readonly text: 'one-hot' | 'ordinal';
  readonly missing: 'refuse' | 'impute';
}

/** Share of a column's cells that have to be of a kind for the others to be mistakes. */
const enough = 0.5;

/** Categories beyond which a column of texts is taken for names of rows. */
const mostCategories = 100;

/** Reads a column; `place` names a cell for the fault. */
export function readTableColumn(
  name: string,
  cells: readonly string[],
  place: (row: number) => string,
  { missing }: Pick<ColumnOptions, 'missing'>,
): TableColumn {
  const present = cells.filter(cell => !isMissing(cell));
  const share = (is: (cell: string) => boolean): number => present.filter(is).length / Math.max(1, present.length);
  const kind =
    share(isNumeric) >= enough ? 'number' : share(cell => !Number.isNaN(dayOf(cell))) >= enough ? 'date' : 'text';
  const categories = kind === 'text' ? Array.from(new Set(present)).sort() : [];
  const numbers = new Map(categories.map((category, i) => [category, i]));
  const values = Float64Array.from(cells, (cell, row) => {
    if (isMissing(cell)) {
      if (missing === 'impute') return Number.NaN;
      throw new InputError(
        `${place(row)}: has no value ('${cell}'); fill it in, leave the column out with data.drop, or set data.missing: impute.`,
      );
    }
    if (kind === 'text') return numbers.get(cell)!;
    const value = kind === 'date' ? dayOf(cell) : Number(cell);
    if (Number.isFinite(value)) return value;
    throw new InputError(
      `${place(row)}: must be a ${kind === 'date' ? 'date' : 'finite number'} like the others of its column, got '${cell}'; correct it or leave the column out with data.drop.`,
    );
  });
  return { name, kind, values, categories };
}

const isNumeric = (cell: string): boolean => Number.isFinite(Number(cell));

/** Days since 1970 of `2024-05-31`, with a time of day or without, or `31.05.2024`; NaN for anything else. */
function dayOf(cell: string): number {
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T](.+))?$/.exec(cell);
  const iso = german ? `${german[3]}-${two(german[2]!)}-${two(german[1]!)}${german[4] ? `T${german[4]}` : ''}` : cell;
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(iso);
  if (!match) return Number.NaN;
  return Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`) / 86_400_000;
}

const two = (digits: string): string => digits.padStart(2, '0');

/** Inputs of a table's columns, texts and missing values as the training rows alone say; `inputs` are the columns' values. */
export function encodingOf(columns: readonly TableColumn[], options: ColumnOptions, train: RawSplit): Encoding {
  const width = columns.length;
  const made = columns.map((column, j) =>
    encode(
      column,
      Float64Array.from({ length: train.count }, (_, i) => train.inputs[i * width + j]!),
      options,
    ),
  );
  const names = made.flatMap(one => one.names);
  return {
    names,
    said: made.flatMap(one => one.said),
    apply(rows) {
      const inputs = new Float64Array(rows.count * names.length);
      let to = 0;
      for (let i = 0; i < rows.count; i++) {
        made.forEach((one, j) => {
          for (const value of one.of(rows.inputs[i * width + j]!)) inputs[to++] = value;
        });
      }
      return { ...rows, inputs };
    },
  };
}

interface Made {
  readonly names: readonly string[];
  readonly said: readonly string[];
  of(value: number): readonly number[];
}

function encode({ name, kind, values, categories }: TableColumn, train: Float64Array, { text }: ColumnOptions): Made {
  const known = train.filter(value => !Number.isNaN(value));
  if (known.length === 0) {
    throw new InputError(`data: column '${name}' has no value in the training split; leave it out with data.drop.`);
  }
  const lacking = train.length - known.length;
  const gaps = values.some(Number.isNaN);
  const indicator = lacking > 0 ? [`${name} missing`] : [];
  const flag = (value: number): readonly number[] => (lacking > 0 ? [Number.isNaN(value) ? 1 : 0] : []);
  const filled = (what: string): string =>
    gaps
      ? `; ${lacking} of ${train.length} training rows have none and get ${what}${lacking > 0 ? ' and an indicator' : ''}`
      : '';
  if (kind !== 'text') {
    const middle = median(known);
    const shown = kind === 'date' ? new Date(middle * 86_400_000).toISOString().slice(0, 10) : formatNumber(middle);
    const said =
      kind === 'date' || gaps
        ? [`${name}: ${kind === 'date' ? 'dates in days' : 'numbers'}${filled(`the median, ${shown},`)}`]
        : [];
    return { names: [name, ...indicator], said, of: value => [Number.isNaN(value) ? middle : value, ...flag(value)] };
  }
  const counts = new Map<number, number>();
  for (const value of known) counts.set(value, (counts.get(value) ?? 0) + 1);
  const seen = Array.from(counts.keys()).sort((a, b) => a - b);
  const usual = seen.reduce((best, value) => (counts.get(value)! > counts.get(best)! ? value : best), seen[0]!);
  const away = categories.filter((_, i) => !counts.has(i));
  const shown = seen.map(value => categories[value]!);
  const list = shown.length > 8 ? `${shown.slice(0, 8).join(', ')}, …` : shown.join(', ');
  const unknown = away.length > 0 ? `; ${away.length} only elsewhere (${away[0]}${away.length > 1 ? ', …' : ''})` : '';
  const said = (how: string): string[] => [
    `${name}: ${seen.length} texts ${how} (${list})${unknown}${filled(`the commonest, ${categories[usual]},`)}`,
  ];
  if (text === 'ordinal') {
    const rank = new Map(seen.map((value, i) => [value, i]));
    return {
      names: [name, ...indicator],
      said: said('numbered in order'),
      of: value => [rank.get(value) ?? rank.get(usual)!, ...flag(value)],
    };
  }
  if (seen.length > mostCategories) {
    throw new InputError(
      `data: column '${name}' has ${seen.length} different texts in ${train.length} training rows, too many for an input each; leave it out with data.drop or set data.text: ordinal.`,
    );
  }
  return {
    names: [...shown.map(category => `${name}=${category}`), ...indicator],
    said: said('one-hot'),
    of: value => [...seen.map(one => (one === (Number.isNaN(value) ? usual : value) ? 1 : 0)), ...flag(value)],
  };
}

function median(values: Float64Array): number {
  const order = values.toSorted();
  const half = order.length >> 1;
  return order.length % 2 === 1 ? order[half]! : (order[half - 1]! + order[half]!) / 2;
}

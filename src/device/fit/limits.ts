import { formatQuantity, type Table } from '../../base/index.ts';
import type { Column } from './columns.ts';
import { readLevel } from './read-column.ts';

/** Levels that are told by the limits between which programming accepted a reading. */
export interface LimitLevels {
  /** Of each row, `100 µS to 120 µS`; empty where it has no limit at all. */
  readonly label: readonly string[];
  readonly note: string;
}

/** Limits this far beyond all readings bound nothing: some instruments write 10¹⁰ Ω for none. */
const beyond = 1000;

/**
 * Levels of limits in conductance or resistance, as their units say, else as `quantity`, what the readings are. A limit that
 * is 0, missing or a thousand times beyond every reading is none.
 */
export function limitLevels(
  table: Table,
  columns: { readonly lower: Column | undefined; readonly upper: Column | undefined },
  readings: Float64Array,
  quantity: 'conductance' | 'resistance',
  where: string,
): LimitLevels {
  const [least, most] = rangeOf(readings);
  const lower = columns.lower && readLevel(table, columns.lower, quantity, where);
  const upper = columns.upper && readLevel(table, columns.upper, quantity, where);
  const bounding = (limits: Float64Array | undefined): Float64Array =>
    limits?.map(limit => (limit > least / beyond && limit < most * beyond ? limit : Number.NaN)) ??
    new Float64Array(readings.length).fill(Number.NaN);
  const given = [bounding(lower?.values), bounding(upper?.values)] as const;
  // The lower limit of a resistance is the upper one of its conductance.
  const [lows, highs] = (lower ?? upper)?.dimension === 'resistance' ? [given[1], given[0]] : given;
  let outside = 0;
  let none = 0;
  const show = (value: number): string => formatQuantity(value, 'S', 5);
  const label = Array.from(readings, (reading, i) => {
    const [low, high] = [lows[i]!, highs[i]!];
    if (reading < low || reading > high) outside++;
    if (Number.isNaN(low) !== Number.isNaN(high)) none++;
    if (Number.isNaN(low)) return Number.isNaN(high) ? '' : `up to ${show(high)}`;
    return Number.isNaN(high) ? `from ${show(low)}` : `${show(low)} to ${show(high)}`;
  });
  const count = new Set(label.filter(Boolean)).size;
  const parts = [
    `Levels are the limits between which programming accepted a reading: ${count}.`,
    ...(none > 0
      ? [`${none} rows have one limit alone: the other is 0, missing or ${beyond} times beyond all readings.`]
      : []),
    `${outside} of ${readings.length} readings lie outside their limits.`,
  ];
  return { label, note: parts.join(' ') };
}

function rangeOf(values: Float64Array): readonly [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (value > 0 && value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

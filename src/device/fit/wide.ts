import { dimensionOf, formatDuration, InputError, parseQuantity, type Table, within } from '../../base/index.ts';
import { assignColumns, measurementRoles, roles, splitUnit } from './columns.ts';
import type { MeasurementOptions } from './measurements.ts';

/** What the headers of a wide table tell apart. */
export const wideBy = ['time', 'device'] as const;
export type WideBy = (typeof wideBy)[number];

/** What readings can be. */
const readings = ['conductance', 'resistance', 'current'] as const;

/**
 * A table with one reading a row, of one that has a column per time (`10 s`, `G @ 1 h`) or per device (`cell 1`, `D2`). It is
 * recognised where no column holds readings otherwise; `options.wide` says it where headers do not. Where columns are times
 * and no device is named, every row is a cell.
 */
export function longTable(table: Table, where: string, options: MeasurementOptions): Table {
  const assigned = assignColumns(table, where, options);
  if (options.wide === undefined && readings.some(role => assigned.has(role))) return table;
  const taken = new Set(Array.from(assigned.values(), ({ index }) => index));
  const free = table.names.flatMap((name, index) => (taken.has(index) ? [] : [{ name, index }]));
  const times = free.filter(({ name }) => timeIn(name) !== undefined);
  const devices = free.filter(({ name }) => /^(device|dev|cell|sample|d|c)[ _-]?\w*\d$/i.test(splitUnit(name).name));
  const by = options.wide ?? (times.length > 1 ? 'time' : devices.length > 1 ? 'device' : undefined);
  if (by === undefined) return table;
  const series = options.wide === undefined ? (by === 'time' ? times : devices) : free;
  if (series.length < 2) {
    throw new InputError({
      file: where,
      path: [],
      rule: `has no two columns of one ${by} each`,
      hint: "leave 'wide' out, or name under 'columns' only what is no reading",
    });
  }
  const apart = new Set(series.map(({ index }) => index));
  const kept = table.names.flatMap((_, index) => (apart.has(index) ? [] : [index]));
  const rowIsCell = by === 'time' && !assigned.has('device');
  const headers = series.map(({ name }) => (by === 'time' ? timeOf(name, where, options) : splitUnit(name).name));
  const first = series[0]!;
  const unit = table.units[first.index] ?? unitOf(first.name);
  return {
    names: [
      ...kept.map(index => table.names[index]!),
      reading(first.name, unit, options),
      by,
      ...(rowIsCell ? ['device'] : []),
    ],
    units: [...kept.map(index => table.units[index]), unit, undefined, ...(rowIsCell ? [undefined] : [])],
    cells: table.cells.flatMap((row, i) => {
      const own = kept.map(index => row[index]!);
      return series.map(({ index }, k) => [...own, row[index]!, headers[k]!, ...(rowIsCell ? [`row ${i}`] : [])]);
    }),
    lines: table.lines.flatMap(line => series.map(() => line)),
    readAs: `${table.readAs}, a column per ${by} (${series.length}${by === 'time' ? `, ${spanOf(headers)}` : ''})`,
  };
}

const timePattern = /(?:^|[\s=@_(])(\d[\d.]*(?:e[-+]?\d+)?)\s*([a-zµμ]+)\)?$/i;

/** The time that a header ends with, its unit included. */
function timeIn(header: string): string | undefined {
  const { name } = splitUnit(header);
  for (const text of [header, name]) {
    const match = timePattern.exec(text);
    if (match && dimensionOf(`1 ${match[2]!}`) === 'time') return `${match[1]} ${match[2]}`;
  }
  return undefined;
}

/** The time of a column of a table that is said to have one per time; in seconds or in the unit of options, where it has none. */
function timeOf(header: string, where: string, { units }: MeasurementOptions): string {
  const found = timeIn(header);
  if (found !== undefined) return found;
  const number = /(\d[\d.]*(?:e[-+]?\d+)?)\)?$/i.exec(splitUnit(header).name)?.[1];
  if (number !== undefined) return `${number} ${units?.time ?? 's'}`;
  throw new InputError({
    file: where,
    path: [`column '${header}'`],
    rule: 'names no time',
    hint: "name under 'columns' what is no reading, or write the time into the header (10 s)",
  });
}

const spanOf = (times: readonly string[]): string => {
  const seconds = times.map(time => within(['header'], () => parseQuantity(time, 'time')));
  return `${formatDuration(Math.min(...seconds))} to ${formatDuration(Math.max(...seconds))}`;
};

/** The unit in brackets behind a header, where it is not its time. */
function unitOf(header: string): string | undefined {
  const { unit } = splitUnit(header);
  return unit !== undefined && dimensionOf(`1 ${unit}`) !== undefined && dimensionOf(`1 ${unit}`) !== 'time'
    ? unit
    : undefined;
}

/** What the columns hold: as units say, or the first word of a header; conductances otherwise. */
function reading(header: string, unit: string | undefined, { units }: MeasurementOptions): (typeof readings)[number] {
  const stated = readings.find(role => units?.[role] !== undefined);
  const dimension = unit === undefined ? undefined : dimensionOf(`1 ${unit}`);
  const word = /^[a-z]+/i.exec(header)?.[0].toLowerCase() ?? '';
  const named = measurementRoles.find(role => (roles[role].names as readonly string[]).includes(word));
  return (
    stated ?? readings.find(role => role === dimension || (dimension === undefined && role === named)) ?? 'conductance'
  );
}

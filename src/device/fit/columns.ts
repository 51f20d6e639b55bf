import { brief, type Dimension, dimensionOf, InputError, nearest, type Table } from '../../base/index.ts';
import type { MeasurementOptions } from './measurements.ts';

/** What a column can be: `level` is a conductance or a resistance, as its unit says. */
type Held = Dimension | 'level' | null;

/** What a column of measurements can hold, with its dimension and the headers it is recognised by. */
export const roles = {
  target: { dimension: 'level', names: ['target', 'targetconductance', 'gtarget', 'level'] },
  setCurrent: { dimension: 'current', names: ['setcurrent', 'compliance', 'compliancecurrent', 'iset', 'icc'] },
  label: { dimension: null, names: ['label', 'state'] },
  lower: { dimension: 'level', names: ['lower', 'lowerlimit'] },
  upper: { dimension: 'level', names: ['upper', 'upperlimit'] },
  conductance: { dimension: 'conductance', names: ['conductance', 'g', 'gread', 'measured', 'measuredconductance'] },
  resistance: { dimension: 'resistance', names: ['resistance', 'r', 'rread', 'measuredresistance'] },
  current: { dimension: 'current', names: ['current', 'i', 'readcurrent', 'iread'] },
  voltage: { dimension: 'voltage', names: ['voltage', 'v', 'readvoltage', 'vread'] },
  time: { dimension: 'time', names: ['time', 't', 'timesinceprogramming'] },
  cycle: { dimension: null, names: ['cycle', 'programming', 'repetition', 'run'] },
  device: { dimension: null, names: ['device', 'cell', 'deviceid', 'cellid'] },
  temperature: { dimension: 'temperature', names: ['temperature', 'kelvin'] },
} as const satisfies Record<string, { dimension: Held; names: readonly string[] }>;

export type MeasurementRole = keyof typeof roles;

/** Everything a column can hold. */
export const measurementRoles = Object.keys(roles) as readonly MeasurementRole[];

/** A column that was found. */
export interface Column {
  readonly index: number;
  readonly name: string;
  readonly unit: string | undefined;
}

/** Finds the columns by their headers, or by the names or numbers, from 0, that options give. */
export function assignColumns(
  { names, units }: Pick<Table, 'names' | 'units'>,
  where: string,
  options: MeasurementOptions,
): Map<MeasurementRole, Column> {
  const found = new Map<MeasurementRole, Column>();
  const wanted = Object.values(options.columns ?? {}).map(name => columnCalled(name, names, where));
  for (const role of measurementRoles) {
    const { dimension, names: known } = roles[role];
    const stated = options.columns?.[role];
    const index =
      stated === undefined
        ? names.findIndex((name, i) => !wanted.includes(i) && isCalled(splitUnit(name, dimension).name, known))
        : columnCalled(stated, names, where);
    if (index < 0) continue;
    const name = names[index]!;
    found.set(role, { index, name, unit: options.units?.[role] ?? units[index] ?? splitUnit(name, dimension).unit });
  }
  return found;
}

const isCalled = (name: string, known: readonly string[]): boolean =>
  known.includes(name.toLowerCase().replace(/[^a-z0-9]/g, ''));

/** The column that an option names, with or without its unit, or by its number. */
export function columnCalled(wanted: string, names: readonly string[], where: string): number {
  const plain = names.map(name => splitUnit(name).name);
  const index = names.findIndex((name, i) => name === wanted || plain[i] === wanted);
  if (index >= 0) return index;
  if (/^\d+$/.test(wanted) && Number(wanted) < names.length) return Number(wanted);
  const close = nearest(wanted, plain);
  throw new InputError({
    file: where,
    path: [],
    rule: `has no column '${wanted}', found ${headersShown(names)}`,
    hint: close === undefined ? 'give the name of one, or its number from 0' : `did you mean '${close}'?`,
  });
}

/** The headers of a table as an error tells them: the beginning of a few. */
export function headersShown(names: readonly string[]): string {
  const few = names.slice(0, 8).map(brief);
  return [...few, ...(names.length > 8 ? [`… (${names.length} columns)`] : [])].join(', ');
}

/** Characters of the longest header that is looked at for a unit: the patterns take a time that grows with its square. */
const longestHeader = 1000;

/**
 * Name and unit of a header: `G (uS)`, `G [uS]`; where the unit is known, also `G / uS`, `G in uS` and `G, uS`; and `G_uS`
 * where it is one of the `dimension` that the column has.
 */
export function splitUnit(header: string, dimension: Held = null): { name: string; unit: string | undefined } {
  if (header.length > longestHeader) return { name: header, unit: undefined };
  const bracketed = /^(.*?)\s*[([]\s*([^)\]]+?)\s*[)\]]$/.exec(header);
  if (bracketed) return { name: bracketed[1]!, unit: bracketed[2] };
  const parted = /^(.*\S)(?:\s*[/,]\s*|\s+in\s+)([^\s/,]+)$/.exec(header);
  if (parted && dimensionOf(`1 ${parted[2]!}`)) return { name: parted[1]!, unit: parted[2] };
  const ended = /^(.+)[_ ]([^_ ]+)$/.exec(header);
  const own = ended && dimensionOf(`1 ${ended[2]!}`);
  const fits = dimension === 'level' ? own === 'conductance' || own === 'resistance' : own === dimension;
  return own && fits ? { name: ended[1]!, unit: ended[2] } : { name: header, unit: undefined };
}

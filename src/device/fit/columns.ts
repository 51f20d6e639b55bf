import { type Dimension, InputError, parseQuantity, plainText, suggest, within } from '../../base/index.ts';
import type { MeasurementOptions } from './measurements.ts';

/** What a column of measurements can hold, with its dimension and the headers it is recognised by. */
export const roles = {
  target: { dimension: 'conductance', names: ['target', 'targetconductance', 'gtarget', 'level'] },
  setCurrent: { dimension: 'current', names: ['setcurrent', 'compliance', 'compliancecurrent', 'iset', 'icc'] },
  label: { dimension: null, names: ['label', 'state'] },
  conductance: { dimension: 'conductance', names: ['conductance', 'g', 'measured', 'measuredconductance'] },
  resistance: { dimension: 'resistance', names: ['resistance', 'r', 'measuredresistance'] },
  current: { dimension: 'current', names: ['current', 'i', 'readcurrent', 'iread'] },
  voltage: { dimension: 'voltage', names: ['voltage', 'v', 'readvoltage', 'vread'] },
  time: { dimension: 'time', names: ['time', 't', 'timesinceprogramming'] },
  cycle: { dimension: null, names: ['cycle', 'programming', 'repetition', 'run'] },
  device: { dimension: null, names: ['device', 'cell', 'deviceid', 'cellid'] },
  temperature: { dimension: 'temperature', names: ['temperature', 'kelvin'] },
} as const satisfies Record<string, { dimension: Dimension | null; names: readonly string[] }>;

export type MeasurementRole = keyof typeof roles;

/** Everything a column can hold. */
export const measurementRoles = Object.keys(roles) as readonly MeasurementRole[];

/** A column that was found. */
export interface Column {
  readonly index: number;
  readonly name: string;
  readonly unit: string | undefined;
}

/** Finds the columns by their headers, or by the names that options give. */
export function assignColumns(
  header: readonly string[],
  where: string,
  options: MeasurementOptions,
): Map<MeasurementRole, Column> {
  const plain = header.map(name => splitUnit(name));
  const found = new Map<MeasurementRole, Column>();
  for (const role of Object.keys(roles) as MeasurementRole[]) {
    const wanted = options.columns?.[role];
    let index: number;
    if (wanted !== undefined) {
      index = header.findIndex((name, i) => name === wanted || plain[i]!.name === wanted);
      if (index < 0) throw new InputError(`${where}: has no column '${wanted}'; ${suggest(wanted, header)}.`);
    } else {
      const names: readonly string[] = roles[role].names;
      index = plain.findIndex(({ name }) => names.includes(name.toLowerCase().replace(/[^a-z]/g, '')));
    }
    if (index >= 0) found.set(role, { index, name: header[index]!, unit: options.units?.[role] ?? plain[index]!.unit });
  }
  return found;
}

/** `G (uS)` and `G [uS]` → name and unit. */
function splitUnit(header: string): { name: string; unit: string | undefined } {
  const match = /^(.*?)\s*[([]\s*([^)\]]+?)\s*[)\]]$/.exec(header);
  return match ? { name: match[1]!, unit: match[2] } : { name: header, unit: undefined };
}

/** The numbers of a column in SI units. */
export function readColumn(
  body: string[][],
  column: Column,
  dimension: Dimension,
  where: string,
  firstLine: number,
): Float64Array {
  const out = new Float64Array(body.length);
  let withUnit = 0;
  for (let i = 0; i < body.length; i++) {
    const entry = body[i]![column.index] ?? '';
    const path = [`line ${i + firstLine}, column '${column.name}'`];
    if (entry === '') throw new InputError({ file: where, path, rule: 'is empty', hint: `give a ${dimension}` });
    const own = /[^\d\s.eE+-]/.test(plainText(entry));
    if (own) withUnit++;
    const text = own || column.unit === undefined ? entry : `${entry} ${column.unit}`;
    out[i] = within(where, () => within(path, () => parseQuantity(text, dimension)));
  }
  if (withUnit > 0 && withUnit < body.length) {
    throw new InputError(
      `${where}: column '${column.name}' mixes entries with and without a unit; give all of them one, or none.`,
    );
  }
  return out;
}

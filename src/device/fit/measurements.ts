import { parse } from '#csv-parse';
import { type Dimension, InputError, parseQuantity, plainText, suggest, within } from '../../base/index.ts';

/** What a column of measurements can hold, with its dimension and the headers it is recognised by. */
const roles = {
  target: { dimension: 'conductance', names: ['target', 'targetconductance', 'gtarget', 'level'] },
  setCurrent: { dimension: 'current', names: ['setcurrent', 'compliance', 'compliancecurrent', 'iset', 'icc'] },
  conductance: { dimension: 'conductance', names: ['conductance', 'g', 'measured', 'measuredconductance'] },
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

/** How to read a table of measurements. */
export interface MeasurementOptions {
  /** Header of a column by what it holds, where the header does not say it. */
  readonly columns?: Partial<Record<MeasurementRole, string>>;
  /** Unit of a column by what it holds, where neither its header (`G (uS)`) nor its entries (`25 uS`) state one; SI otherwise. */
  readonly units?: Partial<Record<MeasurementRole, string>>;
  /** Read voltage, V, for currents without a column of voltages. */
  readonly readVoltage?: number;
}

/** Measured conductances, one row per read, struct of arrays in SI units. */
export interface Measurements {
  readonly count: number;
  /** S; 0 where nothing was programmed. */
  readonly conductance: Float64Array;
  readonly target?: Float64Array;
  readonly setCurrent?: Float64Array;
  /** Since programming, s; zeros where no column says. */
  readonly time: Float64Array;
  readonly device?: readonly string[];
  readonly cycle?: readonly string[];
  readonly temperature?: Float64Array;
  /** V, where reads state it. */
  readonly readVoltage?: number;
}

/** Reads a CSV text with a header. `where` names the file in errors. */
export function parseMeasurements(text: string, where: string, options: MeasurementOptions = {}): Measurements {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true, comment: '#' });
  } catch (error) {
    throw new InputError({ file: where, path: [], rule: `is not a readable CSV table: ${(error as Error).message}` });
  }
  const header = rows[0] ?? [];
  const body = rows.slice(1);
  if (body.length === 0) throw new InputError(`${where}: needs a header and at least one row.`);
  const columns = assignColumns(header, where, options);
  const numbers = (role: MeasurementRole): Float64Array | undefined => {
    const column = columns.get(role);
    return column && readColumn(body, column, roles[role].dimension as Dimension, where);
  };
  const words = (role: MeasurementRole): string[] | undefined => {
    const column = columns.get(role);
    return column && body.map(row => row[column.index]!);
  };
  const conductance =
    numbers('conductance') ?? fromCurrent(numbers('current'), numbers('voltage'), header, where, options);
  conductance.forEach((value, i) => {
    if (!(value >= 0)) throw new InputError(`${where}: line ${i + 2}: conductance must be 0 or more, got ${value} S.`);
  });
  const time = numbers('time') ?? new Float64Array(body.length);
  time.forEach((value, i) => {
    if (value < 0)
      throw new InputError(`${where}: line ${i + 2}: time ${value} s lies before programming; count from it.`);
  });
  const voltage = numbers('voltage')?.[0] ?? options.readVoltage;
  const optional = {
    target: numbers('target'),
    setCurrent: numbers('setCurrent'),
    device: words('device'),
    cycle: words('cycle'),
    temperature: numbers('temperature'),
    readVoltage: voltage,
  };
  if (!optional.target && !optional.setCurrent) {
    throw new InputError(`${where}: needs a column 'target' or 'setCurrent'; found ${header.join(', ')}.`);
  }
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { count: body.length, conductance, time, ...present };
}

interface Column {
  readonly index: number;
  readonly name: string;
  readonly unit: string | undefined;
}

function assignColumns(header: string[], where: string, options: MeasurementOptions): Map<MeasurementRole, Column> {
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

function readColumn(body: string[][], column: Column, dimension: Dimension, where: string): Float64Array {
  const out = new Float64Array(body.length);
  let withUnit = 0;
  for (let i = 0; i < body.length; i++) {
    const entry = body[i]![column.index] ?? '';
    const path = [`line ${i + 2}, column '${column.name}'`];
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

function fromCurrent(
  current: Float64Array | undefined,
  voltage: Float64Array | undefined,
  header: readonly string[],
  where: string,
  options: MeasurementOptions,
): Float64Array {
  if (!current)
    throw new InputError(
      `${where}: needs a column 'conductance', or 'current' and 'voltage'; found ${header.join(', ')}.`,
    );
  if (!voltage && options.readVoltage === undefined) {
    throw new InputError(`${where}: currents need a voltage; add a column 'voltage' or state the read voltage.`);
  }
  return current.map((value, i) => {
    const v = voltage?.[i] ?? options.readVoltage!;
    if (v === 0) throw new InputError(`${where}: line ${i + 2}: a current at 0 V says nothing about the conductance.`);
    return value / v;
  });
}

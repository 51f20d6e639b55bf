import { parse } from '#csv-parse';
import { type Dimension, InputError, within } from '../../base/index.ts';
import { compileExpression } from '../file/expression.ts';
import { assignColumns, type MeasurementRole, readColumn, roles } from './columns.ts';

/** How to read a table of measurements. */
export interface MeasurementOptions {
  /** Header of a column by what it holds, where the header does not say it. */
  readonly columns?: Partial<Record<MeasurementRole, string>>;
  /** Unit of a column by what it holds, where neither its header (`G (uS)`) nor its entries (`25 uS`) state one; SI otherwise. */
  readonly units?: Partial<Record<MeasurementRole, string>>;
  /** Names of the columns of a table without a header. */
  readonly header?: readonly string[];
  /** Label of a row's level as arithmetic in its number i, from 0, for tables whose order tells the level. */
  readonly label?: string;
  /** Read voltage, V, for currents without a column of voltages. */
  readonly readVoltage?: number;
}

/** Measured conductances, one row per read, struct of arrays in SI units. */
export interface Measurements {
  readonly count: number;
  /** S; 0 where nothing was programmed. */
  readonly conductance: Float64Array;
  /** Readings, S, whose mean is what a label or a SET current is said to ask for; the conductances where absent. */
  readonly reference?: Float64Array;
  readonly target?: Float64Array;
  /** Names of levels whose targets are not known. */
  readonly label?: readonly string[];
  readonly setCurrent?: Float64Array;
  /** Since programming, s; zeros where no column says. */
  readonly time: Float64Array;
  readonly device?: readonly string[];
  readonly cycle?: readonly string[];
  readonly temperature?: Float64Array;
  /** V, where reads state it. */
  readonly readVoltage?: number;
}

/**
 * Reads a table, separated by commas or tabs, with a header unless `header` names its columns. `where` names the file in
 * errors.
 */
export function parseMeasurements(text: string, where: string, options: MeasurementOptions = {}): Measurements {
  let rows: string[][];
  try {
    const delimiter = /^[^\n]*\t/.test(text) ? '\t' : ',';
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true, comment: '#', delimiter });
  } catch (error) {
    throw new InputError({ file: where, path: [], rule: `is not a readable CSV table: ${(error as Error).message}` });
  }
  const header = options.header ?? rows[0] ?? [];
  const body = options.header ? rows : rows.slice(1);
  const firstLine = options.header ? 1 : 2;
  if (options.header && body.some(row => row.length !== header.length))
    throw new InputError(
      `${where}: the header names ${header.length} columns, but a row has ${body.find(row => row.length !== header.length)!.length}.`,
    );
  if (body.length === 0) throw new InputError(`${where}: needs a header and at least one row.`);
  const columns = assignColumns(header, where, options);
  const numbers = (role: MeasurementRole): Float64Array | undefined => {
    const column = columns.get(role);
    return column && readColumn(body, column, roles[role].dimension as Dimension, where, firstLine);
  };
  const words = (role: MeasurementRole): string[] | undefined => {
    const column = columns.get(role);
    return column && body.map(row => row[column.index]!);
  };
  const conductance =
    numbers('conductance') ??
    fromResistance(numbers('resistance'), where, firstLine) ??
    fromCurrent(numbers('current'), numbers('voltage'), header, where, options);
  conductance.forEach((value, i) => {
    if (!(value >= 0))
      throw new InputError(`${where}: line ${i + firstLine}: conductance must be 0 or more, got ${value} S.`);
  });
  const time = numbers('time') ?? new Float64Array(body.length);
  time.forEach((value, i) => {
    if (value < 0)
      throw new InputError(`${where}: line ${i + firstLine}: time ${value} s lies before programming; count from it.`);
  });
  const voltage = numbers('voltage')?.[0] ?? options.readVoltage;
  const optional = {
    target: numbers('target'),
    setCurrent: numbers('setCurrent'),
    label: options.label === undefined ? words('label') : labelled(body.length, options.label),
    device: words('device'),
    cycle: words('cycle'),
    temperature: numbers('temperature'),
    readVoltage: voltage,
  };
  if (!optional.target && !optional.setCurrent && !optional.label) {
    throw new InputError(`${where}: needs a column 'target', 'setCurrent' or 'label'; found ${headersShown(header)}.`);
  }
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { count: body.length, conductance, time, ...present };
}

/** The headers of a table as an error tells them: a few, and what to do where they are numbers. */
function headersShown(header: readonly string[]): string {
  const few = header.length > 8 ? [...header.slice(0, 8), `… (${header.length} columns)`] : header;
  const numbers = header.every(name => name !== '' && Number.isFinite(Number(name)));
  return `${few.join(', ')}${numbers ? '; the first row holds numbers, name the columns of a table without a header' : ''}`;
}

/** The level of row i by an expression. */
function labelled(count: number, expression: string): string[] {
  const evaluate = within(['label'], () => compileExpression(expression, ['i']));
  return Array.from({ length: count }, (_, i) => `${evaluate({ i })}`);
}

function fromResistance(
  resistance: Float64Array | undefined,
  where: string,
  firstLine: number,
): Float64Array | undefined {
  return resistance?.map((value, i) => {
    if (!(value > 0))
      throw new InputError(`${where}: line ${i + firstLine}: resistance must be above 0, got ${value} Ω.`);
    return 1 / value;
  });
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
      `${where}: needs a column 'conductance', 'resistance', or 'current' and 'voltage'; found ${headersShown(header)}.`,
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

import {
  type Dimension,
  InputError,
  insist,
  readTable,
  type Table,
  type TableOptions,
  together,
  within,
} from '../../base/index.ts';
import { compileExpression } from '../file/expression.ts';
import { assignColumns, type Column, headersShown, type MeasurementRole, measurementRoles, roles } from './columns.ts';
import { complete } from './complete.ts';
import { limitLevels } from './limits.ts';
import { type Numbers, readColumn, readLevel } from './read-column.ts';
import { insistOnUnit, readingsOf } from './readings.ts';
import { longTable, type WideBy } from './wide.ts';

/** How to read a table of measurements; how its text is written is recognised where options do not say it. */
export interface MeasurementOptions extends Omit<TableOptions, 'header'> {
  /** Header of a column by what it holds, or its number from 0, where the header does not say it. */
  readonly columns?: Partial<Record<MeasurementRole, string>>;
  /** Unit of a column by what it holds, where neither its header (`G (uS)`) nor its entries (`25 uS`) state one; SI otherwise. */
  readonly units?: Partial<Record<MeasurementRole, string>>;
  /** Label of a row's level as arithmetic in its number i, from 0, for tables whose order tells the level. */
  readonly label?: string;
  /** What columns without another meaning tell apart, one reading each; recognised by headers such as `10 s` and `cell 3`. */
  readonly wide?: WideBy;
  /** Largest share of rows without a value that are left out; 0.2 by default. */
  readonly missing?: number;
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
  /** How the table was read and what was left out of it, in sentences. */
  readonly read?: readonly string[];
}

/**
 * Reads a table of measurements. Separators, decimal marks, encoding, header and units are recognised (`readTable`), tables
 * with a column per time or device made long (`longTable`); rows that lack a value are left out and counted. `where` names the
 * file in errors. A number without a unit that would be above 10 mS or below 1 pS is refused: its unit has to be said.
 */
export function parseMeasurements(
  source: Uint8Array | string,
  where: string,
  options: MeasurementOptions = {},
): Measurements {
  const table = longTable(readTable(source, where, options), where, options);
  const count = table.cells.length;
  insist(count > 0, `${where}: needs a header and at least one row.`);
  const columns = assignColumns(table, where, options);
  insistOnColumns(table, columns, where, options);
  const numbers = (role: MeasurementRole): Numbers | undefined => {
    const column = columns.get(role);
    return column && readColumn(table, column, roles[role].dimension as Dimension, where);
  };
  const words = (role: MeasurementRole): string[] | undefined => {
    const column = columns.get(role);
    return column && table.cells.map(row => row[column.index]!);
  };
  const readings = readingsOf(table, columns, where, options);
  const limited =
    columns.has('lower') || columns.has('upper')
      ? limitLevels(
          table,
          { lower: columns.get('lower'), upper: columns.get('upper') },
          readings.conductance,
          columns.get('conductance') || !columns.get('resistance') ? 'conductance' : 'resistance',
          where,
        )
      : undefined;
  const targetColumn = columns.get('target');
  const target = targetColumn && readLevel(table, targetColumn, 'conductance', where);
  together([
    readings.insistOnUnit,
    () => target && !target.unitStated && insistOnUnit(table, where, 'target', targetColumn, target.values),
  ]);
  const time = numbers('time')?.values ?? new Float64Array(count);
  const found = {
    conductance: readings.conductance,
    time,
    target: target?.values,
    setCurrent: numbers('setCurrent')?.values,
    label: options.label === undefined ? (limited?.label ?? words('label')) : labelled(count, options.label),
    device: words('device'),
    cycle: words('cycle'),
    temperature: numbers('temperature')?.values,
  };
  time.forEach((value, i) => {
    insist(!(value < 0), `${where}: line ${table.lines[i]}: time ${value} s lies before programming; count from it.`);
  });
  insist(
    found.target || found.setCurrent || found.label,
    `${where}: needs a column 'target', 'setCurrent', 'label' or 'lower' and 'upper'; found ${headersShown(table.names)}.`,
  );
  const { rows, note } = complete(found, count, where, options.missing);
  return {
    ...rows,
    ...(readings.voltage !== undefined && { readVoltage: readings.voltage }),
    read: [readSentence(table, columns), ...(note ? [note] : []), ...(limited ? [limited.note] : [])],
  };
}

/** Refuses units that nothing would use: of what the table has no column for, or of names. */
function insistOnColumns(
  { names }: Table,
  columns: ReadonlyMap<MeasurementRole, Column>,
  where: string,
  { units = {} }: MeasurementOptions,
): void {
  const faults = measurementRoles.flatMap(role => {
    if (units[role] === undefined) return [];
    if (!columns.has(role)) return [{ role, rule: 'is the unit of a column that the table lacks' }];
    return roles[role].dimension === null ? [{ role, rule: 'is the unit of a column of names' }] : [];
  });
  if (faults.length === 0) return;
  const hint = `leave it out, or name the column under 'columns'; found ${headersShown(names)}`;
  throw new InputError(
    faults.map(({ role, rule }) => ({ file: where, path: ['units', role], rule, value: units[role], hint })),
  );
}

/** `Read as: semicolon, decimal comma; conductance from 'G (µS)' in µS, target from …`. */
function readSentence({ readAs }: Table, columns: ReadonlyMap<MeasurementRole, Column>): string {
  const from = Array.from(columns, ([role, { name, unit }]) => {
    const { dimension } = roles[role];
    return `${role} from '${name}'${dimension === null ? '' : ` in ${unit ?? 'SI units'}`}`;
  });
  return `Read as: ${readAs}; ${from.join(', ')}.`;
}

/** The level of row i by an expression. */
function labelled(count: number, expression: string): string[] {
  const evaluate = within(['label'], () => compileExpression(expression, ['i']));
  return Array.from({ length: count }, (_, i) => `${evaluate({ i })}`);
}

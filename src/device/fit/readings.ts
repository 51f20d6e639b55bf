import { formatQuantity, InputError, insist, type Table } from '../../base/index.ts';
import { type Column, headersShown, type MeasurementRole } from './columns.ts';
import type { MeasurementOptions } from './measurements.ts';
import { readColumn } from './read-column.ts';

/** Conductances of cells, S, that are taken for what they say without a unit. */
const likely = { least: 1e-12, most: 10e-3 };

/** Readings in siemens, NaN where the table has none. */
export interface Readings {
  readonly conductance: Float64Array;
  /** V, the first of a column or the one stated. */
  readonly voltage: number | undefined;
  /** Refuses conductances whose column states no unit, where no cell has such ones. */
  insistOnUnit(): void;
}

/** Refuses conductances, S, of a column that states no unit, where no cell has such ones. */
export function insistOnUnit(
  table: Table,
  where: string,
  role: MeasurementRole,
  column: Column,
  conductances: Float64Array,
): void {
  const i = conductances.findIndex(g => g > likely.most || (g > 0 && g < likely.least));
  if (i < 0) return;
  const [likelyUnit, siUnit] = units[role] ?? ['uS', 'S'];
  const ohms = role === 'target' ? `, ${role}=kohm where it is a resistance` : '';
  throw new InputError({
    file: where,
    path: [`line ${table.lines[i]}, column '${column.name}'`],
    rule: `${table.cells[i]![column.index]} without a unit would be a conductance of ${formatQuantity(conductances[i]!, 'S')}, outside 1 pS to 10 mS`,
    hint: `state the unit in the header, or under 'units': ${role}=${likelyUnit} (${role}=${siUnit} where that is meant${ohms})`,
  });
}

/** Conductances of a column of them, of resistances, or of currents and voltages. */
export function readingsOf(
  table: Table,
  columns: ReadonlyMap<MeasurementRole, Column>,
  where: string,
  options: MeasurementOptions,
): Readings {
  const at = (i: number): string => `${where}: line ${table.lines[i]}`;
  const finish = (role: MeasurementRole, column: Column, stated: boolean, conductance: Float64Array): Readings => {
    conductance.forEach((value, i) => {
      insist(!(value < 0), `${at(i)}: conductance must be 0 or more, got ${value} S.`);
    });
    return {
      conductance,
      voltage: voltages?.find(v => !Number.isNaN(v)) ?? options.readVoltage,
      insistOnUnit: () => stated || insistOnUnit(table, where, role, column, conductance),
    };
  };
  const voltageColumn = columns.get('voltage');
  const voltages = voltageColumn && readColumn(table, voltageColumn, 'voltage', where).values;
  const direct = columns.get('conductance');
  if (direct) {
    const { values, unitStated } = readColumn(table, direct, 'conductance', where);
    return finish('conductance', direct, unitStated, values);
  }
  const inverse = columns.get('resistance');
  if (inverse) {
    const { values, unitStated } = readColumn(table, inverse, 'resistance', where);
    const conductance = values.map((value, i) => {
      insist(!(value <= 0), `${at(i)}: resistance must be above 0, got ${value} Ω.`);
      return 1 / value;
    });
    return finish('resistance', inverse, unitStated, conductance);
  }
  const current = columns.get('current');
  insist(
    current !== undefined,
    `${where}: needs a column 'conductance', 'resistance', or 'current' and 'voltage'; found ${headersShown(table.names)}; name them under 'columns', or say as 'wide', time or device, that every column is a reading.`,
  );
  insist(
    voltages !== undefined || options.readVoltage !== undefined,
    `${where}: currents need a voltage; add a column 'voltage' or state that of the reads as 'readVoltage', such as 0.2 V.`,
  );
  const { values, unitStated } = readColumn(table, current, 'current', where);
  const conductance = values.map((value, i) => {
    const voltage = voltages?.[i] ?? options.readVoltage!;
    insist(voltage !== 0, `${at(i)}: a current at 0 V says nothing about the conductance.`);
    return value / voltage;
  });
  return finish('current', current, unitStated, conductance);
}

/** Units that were likely forgotten, and those taken. */
const units: Partial<Record<MeasurementRole, readonly [string, string]>> = {
  resistance: ['kohm', 'ohm'],
  current: ['uA', 'A'],
};

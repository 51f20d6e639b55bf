import { z } from 'zod';
import { check, InputError } from '../base/index.ts';
import { type CellCurve, cellCurve, checkCurve, currentLawSchema } from './laws/index.ts';
import { type CrossbarNetwork, checkNetwork } from './network.ts';
import type { PortPotential } from './potentials.ts';

const entries = z.array(z.array(z.number()).min(1)).min(1);
const resistance = z.number().min(0);
const potential = z.number().nullable();

/** What `crossbar solve` and `crossbar spice` read. Shapes are checked beside it. */
export const crossbarRequestSchema = z
  .strictObject({
    conductance: entries.optional().meta({ description: 'Conductances of the cells in siemens, [rows][columns].' }),
    resistance: z
      .array(z.array(z.number().nullable()).min(1))
      .min(1)
      .optional()
      .meta({ description: 'In place of conductance: resistances in ohms, above 0; null is an open cell.' }),
    voltages: z
      .array(z.array(potential))
      .min(1)
      .meta({ description: 'Potentials of the drivers in volts, [batch][rows]; null leaves a word line floating.' }),
    columnVoltages: z.array(potential).optional().meta({
      description: 'Potentials of the senses in volts, [columns]; 0 by default; null leaves a bit line floating.',
    }),
    rowResistance: resistance.meta({ description: 'One word line segment in ohms; 0 is ideal.' }),
    columnResistance: resistance.meta({ description: 'One bit line segment in ohms; 0 is ideal.' }),
    sourceResistance: resistance
      .default(0)
      .meta({ description: 'Between a driver and its word line, ohms; 0 by default.' }),
    senseResistance: resistance
      .default(0)
      .meta({ description: 'Between a bit line and its sense, ohms; 0 by default.' }),
    contactResistance: resistance.default(0).meta({ description: 'In series with every cell, ohms; 0 by default.' }),
    drive: z
      .enum(['left', 'both'])
      .default('left')
      .meta({ description: 'Driven ends of the word lines; left by default.' }),
    sense: z
      .enum(['bottom', 'both'])
      .default('bottom')
      .meta({ description: 'Sensed ends of the bit lines; bottom by default.' }),
    iv: currentLawSchema.optional().meta({ description: "The cells' current-voltage law; ohmic by default." }),
  })
  .refine(request => (request.conductance === undefined) !== (request.resistance === undefined), {
    message: "needs either 'conductance' or 'resistance'",
  });

export type CrossbarRequest = z.output<typeof crossbarRequestSchema>;

/** A request whose parts agree: a network, the law of its cells (ohmic where absent) and its ports. */
export interface CheckedRequest {
  readonly network: CrossbarNetwork;
  readonly curve?: CellCurve;
  /** [batch][rows], V. */
  readonly voltages: readonly (readonly PortPotential[])[];
  /** [columns], V. */
  readonly columnVoltages: readonly PortPotential[];
}

/** Most sense currents of one request. */
const MOST_CURRENTS = 2 ** 27;

/** Reads a request and makes sure that its parts agree; `where` names the file for messages. */
export function checkRequest(value: unknown, where: string): CheckedRequest {
  const request = check(crossbarRequestSchema, value, where);
  const field = request.conductance ? 'conductance' : 'resistance';
  const given = request.conductance ?? request.resistance!;
  const rows = given.length;
  const columns = given[0]!.length;
  const conductance = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    if (given[i]!.length !== columns) {
      throw new InputError({
        file: where,
        path: [field, i],
        rule: `must have ${columns} entries as row 0 has`,
        value: given[i]!.length,
      });
    }
    for (let j = 0; j < columns; j++) {
      const entry = given[i]![j]!;
      if (entry === null) continue;
      if (field === 'resistance' ? !(entry > 0) : !(entry >= 0)) {
        throw new InputError({
          file: where,
          path: [field, i, j],
          rule: `must be ${field === 'resistance' ? 'above 0 Ω' : 'at least 0 S'}`,
          value: entry,
        });
      }
      conductance[i * columns + j] = field === 'resistance' ? 1 / entry : entry;
    }
  }
  request.voltages.forEach((vector, b) => {
    if (vector.length !== rows) {
      throw new InputError(
        `${where}: voltages.${b}: must have ${rows} entries, one for each row of ${field}, got ${vector.length}.`,
      );
    }
  });
  const columnVoltages = request.columnVoltages ?? new Array<PortPotential>(columns).fill(0);
  if (columnVoltages.length !== columns) {
    throw new InputError(
      `${where}: columnVoltages: must have ${columns} entries, one for each column of ${field}, got ${columnVoltages.length}.`,
    );
  }
  if (request.voltages.length * columns > MOST_CURRENTS) {
    throw new InputError(
      `${where}: voltages: a batch of ${request.voltages.length} vectors on ${columns} columns exceeds the ${MOST_CURRENTS} currents of one request; divide it.`,
    );
  }
  const network: CrossbarNetwork = { ...request, rows, columns, conductance };
  checkNetwork(network, where);
  request.voltages.forEach((vector, b) => {
    if (vector.every(v => v === null) && columnVoltages.every(v => v === null)) {
      throw new InputError(`${where}: voltages.${b}: leaves every line floating; give at least one line a potential.`);
    }
  });
  const potentials = [...request.voltages.flat(), ...columnVoltages].filter(v => v !== null);
  const largest =
    potentials.reduce((most, v) => Math.max(most, v), 0) - potentials.reduce((least, v) => Math.min(least, v), 0);
  const curve = request.iv && cellCurve(request.iv, largest, `${where}: iv`);
  if (curve) checkCurve(curve, conductance, largest, `${where}: iv`);
  const { openRows, openColumns } = openLines(network);
  const grounded = (ports: readonly PortPotential[], open: readonly boolean[]) =>
    ports.map((v, i) => (open[i] ? (v ?? 0) : v));
  return {
    network,
    curve,
    voltages: request.voltages.map(vector => grounded(vector, openRows)),
    columnVoltages: grounded(columnVoltages, openColumns),
  };
}

/** Lines without a cell that conducts. Nothing flows in them, so that a floating one may as well be grounded. */
function openLines({ rows, columns, conductance }: CrossbarNetwork) {
  const openRows = new Array<boolean>(rows).fill(true);
  const openColumns = new Array<boolean>(columns).fill(true);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      if (conductance[i * columns + j] === 0) continue;
      openRows[i] = false;
      openColumns[j] = false;
    }
  }
  return { openRows, openColumns };
}

import { InputError } from '../base/index.ts';
import { effectiveMatrix } from './effective.ts';
import { kirchhoffResidual } from './kirchhoff.ts';
import { type CrossbarNetwork, cellConductance } from './network.ts';
import { type OperatingPoint, solveNonlinear } from './nonlinear.ts';
import { findPotentials, floatingPorts, type PortPotential } from './potentials.ts';
import { type CheckedRequest, checkRequest } from './request.ts';

export interface CrossbarSolution {
  /** Out of every bit line at its sense, A, [batch][columns]. */
  readonly currents: number[][];
  /** Largest violation of Kirchhoff's laws, relative (see `kirchhoffResidual`), over the vectors that were checked: all up to 16, else 16 of them. */
  readonly residual: number;
  readonly seconds: number;
  /** Most Newton steps any vector took; present for cells that are not ohmic. */
  readonly iterations?: number;
  /** Effective matrix in siemens, [rows][columns], where asked for. */
  readonly effective?: number[][];
}

/** Vectors whose inner potentials are computed for the residual. */
const CHECKED = 16;

/** Cells times vectors whose potentials are held at a time. */
const NODES_AT_A_TIME = 2 ** 24;

/** Solves a request (see the schema): sense currents for every vector, exact for wires, cells and floating lines. */
export function solveCrossbar(value: unknown, options: { effective?: boolean; where?: string } = {}): CrossbarSolution {
  const where = options.where ?? 'crossbar';
  const request = checkRequest(value, where);
  const { network, curve, voltages, columnVoltages } = request;
  if (curve && options.effective) {
    throw new InputError(
      `${where}: iv: cells that are not ohmic have no effective matrix; leave out 'iv' or '--effective'.`,
    );
  }
  const begin = performance.now();
  const plain = !curve && columnVoltages.every(v => v === 0) && voltages.every(vector => vector.every(v => v !== null));
  const matrix = plain || options.effective ? effectiveMatrix(network) : null;
  const currents: number[][] = [];
  let residual = 0;
  let iterations = 0;
  const settle = (vectors: readonly number[], points: readonly OperatingPoint[]) => {
    points.forEach((point, i) => {
      residual = Math.max(residual, point.residual);
      iterations = Math.max(iterations, point.iterations);
      if (!plain) currents[vectors[i]!] = [...columnSums(point.cellCurrents, network.columns)];
    });
  };
  if (plain)
    for (const vector of voltages) currents.push(readOut(matrix!, vector as readonly number[], network.columns));
  const every = plain ? Math.ceil(voltages.length / CHECKED) : 1;
  for (const vectors of likeVectors(voltages, every, network.rows * network.columns)) {
    const drivers = vectors.map(b => voltages[b]!);
    if (curve)
      settle(
        vectors,
        drivers.map(vector => solveNonlinear(network, curve, vector, columnVoltages)),
      );
    else settle(vectors, solveOhmic(network, drivers, columnVoltages));
  }
  return {
    currents,
    residual,
    seconds: (performance.now() - begin) / 1000,
    ...(curve ? { iterations } : {}),
    ...(options.effective ? { effective: asRows(matrix!, network.columns) } : {}),
  };
}

/** Every `every`-th vector of the batch, in groups that leave the same lines floating and whose nodes fit in memory. */
function likeVectors(voltages: CheckedRequest['voltages'], every: number, cells: number): number[][] {
  const groups = new Map<string, number[]>();
  for (let b = 0; b < voltages.length; b += every) {
    const pattern = voltages[b]!.map(v => (v === null ? 1 : 0)).join('');
    const group = groups.get(pattern);
    if (group) group.push(b);
    else groups.set(pattern, [b]);
  }
  const most = Math.max(1, Math.floor(NODES_AT_A_TIME / cells));
  return [...groups.values()].flatMap(group =>
    Array.from({ length: Math.ceil(group.length / most) }, (_, i) => group.slice(i * most, (i + 1) * most)),
  );
}

function solveOhmic(
  network: CrossbarNetwork,
  drivers: readonly (readonly PortPotential[])[],
  senses: readonly PortPotential[],
): OperatingPoint[] {
  const cells = cellConductance(network);
  const floating = floatingPorts(drivers[0]!, senses);
  return findPotentials(network, cells, drivers, senses).map(potentials => {
    const cellCurrents = cells.map((g, i) => g * (potentials.word[i]! - potentials.bit[i]!));
    const residual = kirchhoffResidual(network, potentials, cellCurrents, floating);
    return { potentials, cellCurrents, residual, iterations: 1 };
  });
}

function readOut(effective: Float64Array, voltages: readonly number[], columns: number): number[] {
  const out = new Float64Array(columns);
  for (let i = 0; i < voltages.length; i++) {
    for (let j = 0; j < columns; j++) out[j]! += effective[i * columns + j]! * voltages[i]!;
  }
  return [...out];
}

function columnSums(currents: Float64Array, columns: number): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < currents.length; i++) out[i % columns]! += currents[i]!;
  return out;
}

function asRows(m: Float64Array, columns: number): number[][] {
  return Array.from({ length: m.length / columns }, (_, i) => [...m.subarray(i * columns, (i + 1) * columns)]);
}

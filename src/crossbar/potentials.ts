import { kernels } from '../kernels/index.ts';
import { type CrossbarNetwork, crossbarShape } from './network.ts';

/** A port's potential in volts; null where the port is connected to nothing. */
export type PortPotential = number | null;

/** Potentials of all nodes in volts: word line side and bit line side of every cell [rows, columns], drivers, senses. */
export interface Potentials {
  readonly word: Float64Array;
  readonly bit: Float64Array;
  readonly drivers: Float64Array;
  readonly senses: Float64Array;
}

/** Which ports are connected to nothing, [rows + columns], drivers first. */
export function floatingPorts(drivers: readonly PortPotential[], senses: readonly PortPotential[]): Int32Array {
  return Int32Array.from([...drivers, ...senses], v => (v === null ? 1 : 0));
}

/**
 * Potentials inside an array of cells with conductances `cells` in siemens for a batch of drivers [batch][rows] that
 * leave the same ports floating. `injected`, where present, is the current in amperes that each cell drives from its
 * word line to its bit line beside its conductance, [rows, columns], the same for the whole batch.
 */
export function findPotentials(
  network: CrossbarNetwork,
  cells: Float64Array,
  drivers: readonly (readonly PortPotential[])[],
  senses: readonly PortPotential[],
  injected?: Float64Array,
): Potentials[] {
  const { rows, columns } = network;
  const count = rows * columns;
  const nodes = 2 * count + rows + columns;
  const v = new Float64Array(drivers.length * nodes);
  const q = injected ? new Float64Array(v.length) : null;
  drivers.forEach((vector, b) => {
    const at = b * nodes;
    for (let i = 0; i < rows; i++) v[at + 2 * count + i] = vector[i] ?? 0;
    for (let j = 0; j < columns; j++) v[at + 2 * count + rows + j] = senses[j] ?? 0;
    for (let i = 0; q && i < count; i++) {
      q[at + i] = -injected![i]!;
      q[at + count + i] = injected![i]!;
    }
  });
  kernels().crossbarPotentials(v, q, floatingPorts(drivers[0]!, senses), cells, crossbarShape(network, cells));
  return drivers.map((_, b) => {
    const part = (from: number, to: number) => v.subarray(b * nodes + from, b * nodes + to);
    return {
      word: part(0, count),
      bit: part(count, 2 * count),
      drivers: part(2 * count, 2 * count + rows),
      senses: part(2 * count + rows, nodes),
    };
  });
}

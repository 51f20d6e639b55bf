import { kernels } from '../kernels/index.ts';
import { type CrossbarNetwork, cellConductance, checkNetwork, crossbarShape, hasIdealWires } from './network.ts';

/**
 * The effective matrix M of an array in siemens, [rows, columns]: with all bit lines at virtual ground the sense
 * currents are I = Mᵀ V for any drive V. Exact up to rounding for ohmic cells; solved once, it serves every read.
 */
export function effectiveMatrix(network: CrossbarNetwork): Float64Array {
  checkNetwork(network, 'crossbar');
  const cells = cellConductance(network);
  if (hasIdealWires(network)) return cells.slice();
  const { rows, columns } = network;
  const size = rows + columns;
  const ports = new Float64Array(size * size);
  kernels().crossbarPorts(ports, cells, crossbarShape(network, cells));
  const matrix = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) matrix[i * columns + j] = ports[i * size + rows + j]!;
  }
  return matrix;
}

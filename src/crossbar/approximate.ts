import { type CrossbarNetwork, cellConductance, checkNetwork, hasIdealWires } from './network.ts';

/**
 * A closed form near `effectiveMatrix` for training and search, in time proportional to the number of cells:
 * M ≈ G·u·w, where u is what reaches a cell of its driver's voltage when all bit lines are at ground, and w what
 * reaches the sense of the cell's current when all word lines are at ground; each is an exact ladder. Correct to first
 * order in the wires' resistance and always between 0 and G; its error is measured in docs/crossbars.md.
 */
export function approximateEffectiveMatrix(network: CrossbarNetwork): Float64Array {
  checkNetwork(network, 'crossbar');
  const { rows, columns, rowResistance, columnResistance } = network;
  const cells = cellConductance(network);
  const out = cells.slice();
  if (hasIdealWires(network)) return out;
  const source = rowResistance + (network.sourceResistance ?? 0);
  const sense = columnResistance + (network.senseResistance ?? 0);
  const share = new Float64Array(Math.max(rows, columns));
  for (let i = 0; i < rows; i++) {
    ladder(share, cells, i * columns, 1, columns, source, rowResistance, network.drive === 'both');
    for (let j = 0; j < columns; j++) out[i * columns + j]! *= share[j]!;
  }
  for (let j = 0; j < columns; j++) {
    ladder(share, cells, (rows - 1) * columns + j, -columns, rows, sense, columnResistance, network.sense === 'both');
    for (let i = 0; i < rows; i++) out[i * columns + j]! *= share[rows - 1 - i]!;
  }
  return out;
}

/**
 * Potentials along a line driven with 1 V through `end`, its cells grounded: cell k from the driven end is
 * g[at + k·stride]. By reciprocity also the share of a cell's current that reaches that end.
 */
function ladder(
  share: Float64Array,
  g: Float64Array,
  at: number,
  stride: number,
  count: number,
  end: number,
  segment: number,
  both: boolean,
): void {
  // From the far end inwards, `load` is the conductance and `lift` the drive seen behind a cell.
  const loads = new Float64Array(count);
  const lifts = new Float64Array(count);
  let load = both ? 1 / Math.max(end, 1e-12) : 0;
  let lift = both ? load : 0;
  for (let k = count - 1; k >= 0; k--) {
    load += g[at + k * stride]!;
    loads[k] = load;
    lifts[k] = lift;
    lift /= 1 + load * segment;
    load /= 1 + load * segment;
  }
  let before = 1;
  for (let k = 0; k < count; k++) {
    const resistance = k === 0 ? end : segment;
    before = (before + lifts[k]! * resistance) / (1 + loads[k]! * resistance);
    share[k] = before;
  }
}

import type { CrossbarNetwork } from './network.ts';
import type { Potentials } from './potentials.ts';

/**
 * How well potentials and cell currents ([rows, columns], A) obey Kirchhoff's laws: the current law gives the current
 * in every wire segment from the cells beyond it, and the voltage law must hold across the segment. Returns the largest
 * violation as a share of the largest potential difference between ports. `floating` as of `floatingPorts`: such a line has
 * no current at its end.
 */
export function kirchhoffResidual(
  network: CrossbarNetwork,
  potentials: Potentials,
  currents: Float64Array,
  floating: Int32Array,
): number {
  const { rows, columns, rowResistance, columnResistance } = network;
  const { word, bit, drivers, senses } = potentials;
  const sourceResistance = rowResistance + (network.sourceResistance ?? 0);
  const senseResistance = columnResistance + (network.senseResistance ?? 0);
  let worst = 0;
  let greatest = 0;
  for (let i = 0; i < rows; i++) {
    const line = { head: drivers[i]!, end: sourceResistance, segment: rowResistance, both: network.drive === 'both' };
    worst = Math.max(worst, lineViolation(line, word, currents, i * columns, 1, columns, 1));
    if (floating[i]) greatest = Math.max(greatest, Math.abs(total(currents, i * columns, 1, columns)));
  }
  for (let j = 0; j < columns; j++) {
    const line = { head: senses[j]!, end: senseResistance, segment: columnResistance, both: network.sense === 'both' };
    worst = Math.max(worst, lineViolation(line, bit, currents, (rows - 1) * columns + j, -columns, rows, -1));
    if (floating[rows + j]) greatest = Math.max(greatest, Math.abs(total(currents, j, columns, rows)));
  }
  const span = Math.max(...drivers, ...senses) - Math.min(...drivers, ...senses);
  const largest = currents.reduce((most, current) => Math.max(most, Math.abs(current)), 0);
  return Math.max(span > 0 ? worst / span : worst, largest > 0 ? greatest / largest : 0);
}

interface Line {
  /** Potential at the driven or sensed end, V. */
  readonly head: number;
  /** Resistance between that end and the nearest cell, Ω. */
  readonly end: number;
  readonly segment: number;
  /** The far end is connected in the same way. */
  readonly both: boolean;
}

/** Largest violation of the voltage law along a line, V; `sign` is that of a cell current that leaves the line. */
function lineViolation(
  { head, end, segment, both }: Line,
  potentials: Float64Array,
  currents: Float64Array,
  at: number,
  stride: number,
  count: number,
  sign: number,
): number {
  let current = sign * total(currents, at, stride, count);
  if (both) {
    let taken = 0;
    let drop = end * current;
    for (let k = 0; k < count - 1; k++) {
      taken += sign * currents[at + k * stride]!;
      drop += segment * taken;
    }
    const loop = 2 * end + (count - 1) * segment;
    current = loop > 0 ? drop / loop : 0;
  }
  let worst = 0;
  let before = head;
  for (let k = 0; k < count; k++) {
    const here = potentials[at + k * stride]!;
    const violation = Math.abs(before - here - (k === 0 ? end : segment) * current);
    if (!(violation <= worst)) worst = violation;
    current -= sign * currents[at + k * stride]!;
    before = here;
  }
  return both ? Math.max(worst, Math.abs(before - head - end * current)) : worst;
}

function total(currents: Float64Array, at: number, stride: number, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += currents[at + k * stride]!;
  return sum;
}

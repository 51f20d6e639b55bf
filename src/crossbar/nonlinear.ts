import { kirchhoffResidual } from './kirchhoff.ts';
import type { CellCurve } from './laws/index.ts';
import type { CrossbarNetwork } from './network.ts';
import { findPotentials, floatingPorts, type PortPotential, type Potentials } from './potentials.ts';

/** What an array settles to for one choice of port potentials. */
export interface OperatingPoint {
  readonly potentials: Potentials;
  /** Through every cell, from word line to bit line, A, [rows, columns]. */
  readonly cellCurrents: Float64Array;
  /** See `kirchhoffResidual`. */
  readonly residual: number;
  /** Networks solved; 1 for ohmic cells. */
  readonly iterations: number;
}

const MOST_ITERATIONS = 200;
const CONVERGED = 1e-12;

/**
 * Solves an array of cells that follow `curve` by Newton's method: each step replaces every cell by its tangent (a
 * conductance and a current source) and solves that network exactly. Where a cell would carry more than its last tangent
 * foresaw, the next tangent is taken where it carries what was foreseen, so that steep laws settle in a few steps;
 * other steps that worsen Kirchhoff's laws are halved.
 */
export function solveNonlinear(
  network: CrossbarNetwork,
  curve: CellCurve,
  drivers: readonly PortPotential[],
  senses: readonly PortPotential[],
): OperatingPoint {
  const { conductance } = network;
  const floating = floatingPorts(drivers, senses);
  const contact = network.contactResistance ?? 0;
  const count = conductance.length;
  const cells = new Float64Array(count);
  const injected = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const slope = curve.slope(conductance[i]!, 0);
    cells[i] = slope / (1 + contact * slope);
  }
  let [potentials] = findPotentials(network, cells, [drivers], senses) as [Potentials];
  for (let iteration = 1; iteration <= MOST_ITERATIONS; iteration++) {
    const cellCurrents = currentsAt(network, curve, potentials);
    const residual = kirchhoffResidual(network, potentials, cellCurrents, floating);
    let limited = 0;
    for (let i = 0; i < count; i++) {
      const g = conductance[i]!;
      const voltage = potentials.word[i]! - potentials.bit[i]!;
      const foreseen = cells[i]! * voltage + injected[i]!;
      let current = cellCurrents[i]!;
      let core = voltage - contact * current;
      const excess = Math.abs(current) - Math.abs(foreseen);
      if (excess > 0 && current * foreseen > 0) {
        if (!(excess <= CONVERGED * Math.abs(foreseen))) limited++;
        current = foreseen;
        core = voltageAt(curve, g, 0, 1, current, Math.abs(core) < Math.abs(voltage) ? core : voltage);
      }
      const slope = curve.slope(g, core);
      cells[i] = slope / (1 + contact * slope);
      injected[i] = current - cells[i]! * (core + contact * current);
    }
    const [next] = findPotentials(network, cells, [drivers], senses, injected) as [Potentials];
    if (limited === 0 && largestChange(potentials, next) <= CONVERGED * span(next)) {
      return { potentials, cellCurrents, residual, iterations: iteration + 1 };
    }
    let step = 1;
    let tried = next;
    while (limited === 0 && step > 1e-3 && !(violation(tried) <= residual * (1 + 1e-9) + CONVERGED)) {
      step /= 2;
      tried = between(potentials, next, step);
    }
    potentials = tried;
  }
  throw new Error(
    `crossbar: Newton's method did not settle in ${MOST_ITERATIONS} steps (Kirchhoff residual ${violation(potentials)}); the cells' law is too steep for these voltages.`,
  );

  function violation(at: Potentials): number {
    return kirchhoffResidual(network, at, currentsAt(network, curve, at), floating);
  }
}

/** Current through every cell at these potentials, A. */
function currentsAt(network: CrossbarNetwork, curve: CellCurve, { word, bit }: Potentials): Float64Array {
  const contact = network.contactResistance ?? 0;
  return network.conductance.map((g, i) => {
    const voltage = word[i]! - bit[i]!;
    return curve.current(g, contact === 0 ? voltage : voltageAt(curve, g, 1, contact, voltage, voltage));
  });
}

/**
 * The voltage v between 0 and `bound` at which a·v + b·I(v) = target, by Newton's method kept within its bracket; the
 * left side rises with v.
 */
function voltageAt(curve: CellCurve, g: number, a: number, b: number, target: number, bound: number): number {
  if (g === 0) return bound;
  let low = Math.min(0, bound);
  let high = Math.max(0, bound);
  let v = bound;
  for (let k = 0; k < 200; k++) {
    const excess = a * v + b * curve.current(g, v) - target;
    if (excess > 0) high = v;
    else low = v;
    let next = v - excess / (a + b * curve.slope(g, v));
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - v) <= 1e-16 * Math.abs(bound)) return next;
    v = next;
  }
  return v;
}

const parts = ['word', 'bit', 'drivers', 'senses'] as const;

function largestChange(a: Potentials, b: Potentials): number {
  let most = 0;
  for (const part of parts) {
    for (let i = 0; i < a[part].length; i++) most = Math.max(most, Math.abs(a[part][i]! - b[part][i]!));
  }
  return most;
}

function span({ drivers, senses }: Potentials): number {
  let most = 0;
  for (const ends of [drivers, senses]) for (let i = 0; i < ends.length; i++) most = Math.max(most, Math.abs(ends[i]!));
  return most;
}

function between(a: Potentials, b: Potentials, share: number): Potentials {
  const mix = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + share * (y[i]! - value));
  return {
    word: mix(a.word, b.word),
    bit: mix(a.bit, b.bit),
    drivers: mix(a.drivers, b.drivers),
    senses: mix(a.senses, b.senses),
  };
}

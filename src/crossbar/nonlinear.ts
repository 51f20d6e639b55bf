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
 * conductance and a current source) and solves that network exactly; steps that worsen Kirchhoff's laws are halved.
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
  const cellCurrents = new Float64Array(count);
  const core = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const slope = curve.slope(conductance[i]!, 0);
    cells[i] = slope / (1 + contact * slope);
  }
  let [potentials] = findPotentials(network, cells, [drivers], senses) as [Potentials];
  let residual = Number.POSITIVE_INFINITY;
  for (let iteration = 1; iteration <= MOST_ITERATIONS; iteration++) {
    for (let i = 0; i < count; i++) {
      const voltage = potentials.word[i]! - potentials.bit[i]!;
      core[i] = withContact(curve, conductance[i]!, contact, voltage, core[i]!);
      cellCurrents[i] = curve.current(conductance[i]!, core[i]!);
      const slope = curve.slope(conductance[i]!, core[i]!);
      cells[i] = slope / (1 + contact * slope);
      injected[i] = cellCurrents[i]! - cells[i]! * voltage;
    }
    residual = kirchhoffResidual(network, potentials, cellCurrents, floating);
    const [next] = findPotentials(network, cells, [drivers], senses, injected) as [Potentials];
    if (largestChange(potentials, next) <= CONVERGED * span(next)) {
      return { potentials, cellCurrents, residual, iterations: iteration + 1 };
    }
    let step = 1;
    let tried = next;
    while (
      step > 1e-3 &&
      residualAt(network, curve, contact, core, tried, floating) > residual * (1 + 1e-9) + CONVERGED
    ) {
      step /= 2;
      tried = between(potentials, next, step);
    }
    potentials = tried;
  }
  throw new Error(
    `crossbar: Newton's method did not settle in ${MOST_ITERATIONS} steps (Kirchhoff residual ${residual}); the cells' law is too steep for these voltages.`,
  );
}

/** Voltage over the cell itself where a contact resistance is in series, by Newton's method on the increasing curve. */
function withContact(curve: CellCurve, g: number, contact: number, voltage: number, guess: number): number {
  if (contact === 0 || g === 0) return voltage;
  let v = guess * voltage > 0 && Math.abs(guess) < Math.abs(voltage) ? guess : 0;
  let low = Math.min(0, voltage);
  let high = Math.max(0, voltage);
  for (let k = 0; k < 100; k++) {
    const excess = v + contact * curve.current(g, v) - voltage;
    if (excess > 0) high = v;
    else low = v;
    let next = v - excess / (1 + contact * curve.slope(g, v));
    if (!(next >= low && next <= high)) next = (low + high) / 2;
    if (Math.abs(next - v) <= 1e-16 * Math.abs(voltage)) return next;
    v = next;
  }
  return v;
}

function residualAt(
  network: CrossbarNetwork,
  curve: CellCurve,
  contact: number,
  core: Float64Array,
  { word, bit, drivers, senses }: Potentials,
  floating: Int32Array,
): number {
  const currents = new Float64Array(word.length);
  for (let i = 0; i < currents.length; i++) {
    const g = network.conductance[i]!;
    currents[i] = curve.current(g, withContact(curve, g, contact, word[i]! - bit[i]!, core[i]!));
  }
  return kirchhoffResidual(network, { word, bit, drivers, senses }, currents, floating);
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

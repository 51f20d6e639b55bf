import { InputError } from '../base/index.ts';
import type { CrossbarShape } from '../kernels/index.ts';

/**
 * One array as a resistive network. Word line i is driven at its left end through the source resistance, bit line j is
 * sensed at virtual ground at its bottom through the sense resistance. On a word line one segment precedes every cell,
 * on a bit line one follows every cell. A resistance of zero is an ideal conductor.
 */
export interface CrossbarNetwork {
  readonly rows: number;
  readonly columns: number;
  /** Conductances of the cells in siemens, [rows, columns], not negative. */
  readonly conductance: Float64Array;
  /** One word line segment, Ω. */
  readonly rowResistance: number;
  /** One bit line segment, Ω. */
  readonly columnResistance: number;
  /** Between a driver and its word line, Ω; 0 by default. */
  readonly sourceResistance?: number;
  /** Between a bit line and its virtual ground, Ω; 0 by default. */
  readonly senseResistance?: number;
  /** In series with every cell (selector, contacts), Ω; 0 by default. */
  readonly contactResistance?: number;
  /** Ends of the word lines that are driven; the right end has a segment and a driver of its own. `left` by default. */
  readonly drive?: 'left' | 'both';
  /** Ends of the bit lines that are sensed; the top end has a segment of its own. `bottom` by default. */
  readonly sense?: 'bottom' | 'both';
}

/** Most memory that solving one array may take. */
const MOST_BYTES = 8 * 2 ** 30;

/** Stops unless shapes, conductances and resistances make a network; `where` names it for the message. */
export function checkNetwork(network: CrossbarNetwork, where: string): void {
  const { rows, columns, conductance } = network;
  if (!Number.isInteger(rows) || !Number.isInteger(columns) || rows < 1 || columns < 1) {
    throw new InputError(`${where}: an array needs at least one row and one column, got ${rows}×${columns}.`);
  }
  // Two fronts of the last step and the steps kept, as the elimination needs them.
  const bytes = 8 * (2 * (1.5 * (rows + columns)) ** 2 + 15 * rows * columns * Math.log2(rows + columns));
  if (bytes > MOST_BYTES) {
    throw new InputError(
      `${where}: an array of ${rows}×${columns} would take about ${(bytes / 2 ** 30).toFixed(0)} GiB to solve; divide it into tiles of at most 1024 lines.`,
    );
  }
  if (conductance.length !== rows * columns) {
    throw new InputError(
      `${where}.conductance: must have ${rows}×${columns} = ${rows * columns} entries, got ${conductance.length}.`,
    );
  }
  for (const name of [
    'rowResistance',
    'columnResistance',
    'sourceResistance',
    'senseResistance',
    'contactResistance',
  ] as const) {
    const value = network[name] ?? 0;
    if (!(value >= 0) || !Number.isFinite(value)) {
      throw new InputError(`${where}.${name}: must be a finite resistance of at least 0 Ω, got ${value}.`);
    }
  }
  for (let i = 0; i < conductance.length; i++) {
    if (!(conductance[i]! >= 0) || !Number.isFinite(conductance[i]!)) {
      throw new InputError(
        `${where}.conductance[${Math.floor(i / columns)}][${i % columns}]: must be a finite conductance of at least 0 S, got ${conductance[i]}.`,
      );
    }
  }
}

/** Conductances with the contact resistance in series. */
export function cellConductance(network: CrossbarNetwork): Float64Array {
  const contact = network.contactResistance ?? 0;
  return contact === 0 ? network.conductance : network.conductance.map(g => g / (1 + g * contact));
}

/** No wire, source or sense resistance: the conductances are the effective matrix. */
export function hasIdealWires(network: CrossbarNetwork): boolean {
  return (
    network.rowResistance === 0 &&
    network.columnResistance === 0 &&
    (network.sourceResistance ?? 0) === 0 &&
    (network.senseResistance ?? 0) === 0
  );
}

/**
 * Shape of the array for the kernels. An ideal conductor gets a resistance so small that it changes no result by more
 * than a rounding error; the star-mesh transform bears it.
 */
export function crossbarShape(network: CrossbarNetwork, cells: Float64Array): CrossbarShape {
  const { rows, columns, rowResistance, columnResistance } = network;
  let largest = 0;
  for (let i = 0; i < cells.length; i++) if (cells[i]! > largest) largest = cells[i]!;
  const least = 1e-17 / ((largest || 1) * Math.max(rows, columns) ** 2);
  const conductance = (resistance: number) => 1 / Math.max(resistance, least);
  return {
    rows,
    columns,
    wires: [
      conductance(rowResistance),
      conductance(columnResistance),
      conductance(rowResistance + (network.sourceResistance ?? 0)),
      conductance(columnResistance + (network.senseResistance ?? 0)),
    ],
    bothDriven: network.drive === 'both',
    bothSensed: network.sense === 'both',
  };
}

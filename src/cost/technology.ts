import { formatQuantity, insist } from '../base/index.ts';

/**
 * Circuit area relative to 45 nm and coefficients of the energy factor a V² + b V + c, by node in nm
 * (Stillmaker17, tables of area and energy). `voltage` is the nominal core supply, V (ITRS).
 * `sram` is the published area of a 6T cell in µm² (IntelSram; 7 nm Wu16; 20 nm interpolated, absent here).
 */
const nodes = [
  { nm: 7, area: 0.059, energy: [0.1776, -0.09097, 0.02447], voltage: 0.7 },
  { nm: 10, area: 0.1, energy: [0.2068, -0.09311, 0.02375], voltage: 0.75 },
  { nm: 14, area: 0.17, energy: [0.2363, -0.09675, 0.02239], voltage: 0.8 },
  { nm: 16, area: 0.19, energy: [0.2958, -0.1241, 0.03024], voltage: 0.8 },
  { nm: 20, area: 0.21, energy: [0.373, -0.1582, 0.04104], voltage: 0.9 },
  { nm: 32, area: 0.46, energy: [0.9559, -0.7823, 0.471], voltage: 0.95 },
  { nm: 45, area: 1, energy: [1.103, -0.362, 0.2767], voltage: 1.0 },
  { nm: 65, area: 1.5, energy: [3.755, -4.398, 1.975], voltage: 1.1 },
  { nm: 90, area: 2.8, energy: [4.762, -4.781, 2.092], voltage: 1.2 },
  { nm: 130, area: 6.4, energy: [7.171, -6.709, 2.904], voltage: 1.3 },
] as const;

const sramCells = [
  [7, 0.027],
  [10, 0.0312],
  [14, 0.0588],
  [22, 0.092],
  [32, 0.171],
  [45, 0.346],
  [65, 0.57],
  [90, 1.0],
  [130, 2.45],
] as const;

/** Straight line between two knots in the logarithm of both axes. */
function interpolate(knots: number, x: (i: number) => number, y: (i: number) => number, at: number): number {
  let i = 1;
  while (i < knots - 1 && x(i) < at) i++;
  const share = Math.log(at / x(i - 1)) / Math.log(x(i) / x(i - 1));
  return y(i - 1) * (y(i) / y(i - 1)) ** share;
}

const nodeAt = (i: number): number => nodes[i]!.nm;
const areaAt = (nm: number): number => interpolate(nodes.length, nodeAt, i => nodes[i]!.area, nm);
const voltageAt = (nm: number): number => interpolate(nodes.length, nodeAt, i => nodes[i]!.voltage, nm);

function energyAt(nm: number, voltage: number): number {
  const factor = (i: number): number => {
    const [a, b, c] = nodes[i]!.energy;
    return a * voltage * voltage + b * voltage + c;
  };
  return interpolate(nodes.length, nodeAt, factor, nm);
}

/** What a component needs to know of the process, at one supply and temperature. */
export interface Technology {
  /** Feature size, m. */
  readonly node: number;
  /** Core supply, V. */
  readonly voltage: number;
  /** Junction temperature, K. */
  readonly temperature: number;
  /** Switching energy relative to a figure published at a node in nm and a supply in V. */
  energyFrom(nm: number, voltage: number): number;
  /** Circuit area relative to a figure published at a node in nm. */
  areaFrom(nm: number): number;
  /** Area of a 6T SRAM cell, m². */
  readonly sramCell: number;
  /** Capacitance of a wire, F/m: about 0.2 fF/µm at every node (Ho01). */
  readonly wireCapacitance: number;
  /** Standby power of one 6T cell, W: 30 pA at the nominal supply and 300 K (assumption, a factor of three either way). */
  readonly sramLeakage: number;
  /**
   * Standby power of logic, W/m²: 2.2 mW/mm² at 300 K, the geometric mean of adder, multiplier, comparator and counter at
   * 40 nm (Shao14: 8.6, 12.6, 0.35 and 0.65 mW/mm²); held at other nodes by assumption.
   */
  readonly logicLeakage: number;
  /** Delay of an inverter with a fan-out of four, s: 0.36 ps per nm (Ho01). */
  readonly gateDelay: number;
}

export interface TechnologyOptions {
  /** Feature size, m. */
  readonly node: number;
  /** Core supply, V; nominal for the node where absent. */
  readonly voltage?: number;
  /** Junction temperature, K. */
  readonly temperature: number;
}

/** Leakage doubles every 10 K (rule of thumb, assumption). */
const leakageGrowth = (temperature: number): number => 2 ** ((temperature - 300) / 10);

/**
 * The process at a node from 7 to 130 nm, between the tabulated ones by interpolation in the logarithm.
 * The supply may differ by a quarter from the nominal one, the temperature may be 250 to 400 K.
 */
export function technology({ node, voltage, temperature }: TechnologyOptions): Technology {
  const nm = node * 1e9;
  insist(nm >= 7 - 1e-6 && nm <= 130 + 1e-6, {
    path: ['architecture', 'node'],
    rule: `must be between 7 nm and 130 nm, where the scaling tables hold, got ${formatQuantity(node, 'm')}`,
    hint: 'choose a node inside',
  });
  const nominal = voltageAt(nm);
  const supply = voltage ?? nominal;
  insist(supply >= 0.75 * nominal && supply <= 1.25 * nominal, {
    path: ['architecture', 'voltage'],
    rule: `must be within a quarter of the nominal ${nominal.toPrecision(2)} V at ${formatQuantity(node, 'm')}, got ${supply} V`,
    hint: 'leave it out for the nominal supply',
  });
  insist(temperature >= 250 && temperature <= 400, {
    path: ['architecture', 'temperature'],
    rule: `must be between 250 K and 400 K, got ${temperature} K`,
    hint: '300 K is the default',
  });
  const here = energyAt(nm, supply);
  const area = areaAt(nm);
  return {
    node,
    voltage: supply,
    temperature,
    energyFrom: (reference, referenceVoltage) => here / energyAt(reference, referenceVoltage),
    areaFrom: reference => area / areaAt(reference),
    sramCell:
      1e-12 *
      interpolate(
        sramCells.length,
        i => sramCells[i]![0],
        i => sramCells[i]![1],
        nm,
      ),
    wireCapacitance: 0.2e-9,
    sramLeakage: 30e-12 * supply * leakageGrowth(temperature),
    logicLeakage: 2.2e3 * leakageGrowth(temperature),
    gateDelay: 0.36e-12 * nm,
  };
}

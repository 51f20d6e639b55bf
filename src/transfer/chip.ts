import { decodeVariances, decodeWeights, effectiveCells, type Wires } from '../crossbar/index.ts';
import {
  type Cells,
  conductanceAt,
  type Device,
  momentsAt,
  type Procedure,
  programCells,
  readStd,
} from '../device/index.ts';
import type { Key } from '../random/index.ts';
import type { Plan } from './plan.ts';

/** One programmed set of arrays: the plan's cells with what programming made of them, in the plan's order. */
export interface Chip {
  readonly plan: Plan;
  readonly device: Device;
  readonly cells: Cells;
  /** Whether the conductances were read from a real array; false for simulated ones. */
  readonly measured: boolean;
}

/** Programs the whole plan once. Another key is another chip. */
export function programChip(plan: Plan, device: Device, procedure: Procedure, key: Key): Chip {
  return { plan, device, cells: programCells(device, plan.target, procedure, key), measured: false };
}

/** How a chip is looked at. */
export interface ReadOptions {
  /** Time since programming, s. */
  readonly time: number;
  /**
   * `global`: the read-out is scaled by what the programmed cells together have lost to drift since they held what the
   * plan intends; `none`: it is not.
   */
  readonly compensation: 'global' | 'none';
  /** Resistances of the arrays; ideal wires where absent. */
  readonly wires?: Wires;
}

/** The weights [copies, weights] that the chip's conductances mean at a time after programming, seen through its wires. */
export function realisedWeights(chip: Chip, options: ReadOptions): Float32Array {
  const { copies, weights, encoding } = chip.plan;
  const realised = new Float32Array(copies * weights);
  const { G, retained } = conductances(chip, options);
  const offset = (encoding.offset * referenceShare(chip.device, options.time)) / retained;
  decodeWeights(realised, G, { ...encoding, offset });
  return realised;
}

/** What drift leaves of a reference in the middle of the range, which a mapping with an offset takes away. */
function referenceShare(device: Device, time: number): number {
  const { low, high } = device.range;
  const middle = (low + high) / 2;
  return momentsAt(device, middle, time).mean / momentsAt(device, middle, 0).mean;
}

/**
 * Variance of every weight in one read, [copies, weights], in squared weight units: the weight's cells add. Wires
 * are left out of it. Undefined for a device without read noise.
 */
export function readVariances(chip: Chip, { time, compensation }: ReadOptions): Float32Array | undefined {
  const { plan, device, cells } = chip;
  if (!device.read) return undefined;
  const { own, retained } = conductances(chip, { time, compensation });
  const variance = readStd(device, cells, time, own, new Float32Array(own.length));
  for (let i = 0; i < variance.length; i++) variance[i] = (variance[i]! / retained) ** 2;
  const variances = new Float32Array(plan.copies * plan.weights);
  decodeVariances(variances, variance, plan.encoding);
  return variances;
}

/** The cells' own conductances now and, as G, what they contribute to their columns over the share that drift left, S. */
function conductances(chip: Chip, { time, compensation, wires }: ReadOptions) {
  const { plan, device, cells } = chip;
  const own = conductanceAt(device, cells, time, new Float32Array(cells.target.length));
  const retained = compensation === 'global' ? retainedShare(chip, own) : 1;
  const G = wires ? effectiveCells(plan.placement, own, wires, device.rest.mean) : own.slice();
  if (retained !== 1) for (let i = 0; i < G.length; i++) G[i]! /= retained;
  return { own, G, retained };
}

/**
 * Total conductance of the programmed cells now over that just after programming, and over what the device is expected
 * to have lost until the plan's weights count. Measured cells are what they were read as.
 */
function retainedShare({ plan, device, cells, measured }: Chip, G: Float32Array): number {
  if (measured) return 1;
  let before = 0;
  let now = 0;
  for (let i = 0; i < G.length; i++) {
    if (cells.target[i]! === 0) continue;
    before += cells.programmed[i]!;
    now += G[i]!;
  }
  return before > 0 ? now / before / expectedShare(plan, device) : 1;
}

/** Share of their conductance that the cells of the first copy are expected to keep until the plan's weights count. */
function expectedShare({ target, copies, intendedAt }: Plan, device: Device): number {
  if (intendedAt === 0) return 1;
  const counts = new Map<number, number>();
  for (const goal of target.subarray(0, target.length / copies)) {
    if (goal > 0) counts.set(goal, (counts.get(goal) ?? 0) + 1);
  }
  let before = 0;
  let later = 0;
  for (const [goal, count] of counts) {
    before += count * momentsAt(device, goal, 0).mean;
    later += count * momentsAt(device, goal, intendedAt).mean;
  }
  return before > 0 ? later / before : 1;
}

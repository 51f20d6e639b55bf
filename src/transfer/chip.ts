import { effectiveCells, type Wires } from '../crossbar/index.ts';
import { type Cells, conductanceAt, type Device, type Procedure, programCells, readStd } from '../device/index.ts';
import type { Key } from '../random/index.ts';
import type { Plan } from './plan.ts';

/** One programmed set of arrays: the plan's cells with what programming made of them, in the plan's order. */
export interface Chip {
  readonly plan: Plan;
  readonly device: Device;
  readonly cells: Cells;
}

/** Programs the whole plan once. Another key is another chip. */
export function programChip(plan: Plan, device: Device, procedure: Procedure, key: Key): Chip {
  return { plan, device, cells: programCells(device, plan.target, procedure, key) };
}

/** How a chip is looked at. */
export interface ReadOptions {
  /** Time since programming, s. */
  readonly time: number;
  /** `global`: the read-out is scaled by what the programmed cells together have lost to drift; `none`: it is not. */
  readonly compensation: 'global' | 'none';
  /** Resistances of the arrays; ideal wires where absent. */
  readonly wires?: Wires;
}

/** The weights [copies, weights] that the chip's conductances mean at a time after programming, seen through its wires. */
export function realisedWeights(chip: Chip, options: ReadOptions): Float32Array {
  const { plan } = chip;
  const { G, gamma } = conductances(chip, options);
  const scale = 1 / gamma;
  const weights = new Float32Array(plan.copies * plan.weights);
  for (let i = 0; i < weights.length; i++) weights[i] = (G[2 * i]! - G[2 * i + 1]!) * scale;
  return weights;
}

/**
 * Variance of every weight in one read, [copies, weights], in squared weight units: both cells of a pair add. Wires
 * are left out of it. Undefined for a device without read noise.
 */
export function readVariances(chip: Chip, { time, compensation }: ReadOptions): Float32Array | undefined {
  const { plan, device, cells } = chip;
  if (!device.read) return undefined;
  const { G, gamma } = conductances(chip, { time, compensation });
  const std = readStd(device, cells, time, G, new Float32Array(G.length));
  const scale = 1 / gamma ** 2;
  const variances = new Float32Array(plan.copies * plan.weights);
  for (let i = 0; i < variances.length; i++) variances[i] = (std[2 * i]! ** 2 + std[2 * i + 1]! ** 2) * scale;
  return variances;
}

/** What the cells contribute to their columns now, S, and the conductance that a weight of one means, S. */
function conductances({ plan, device, cells }: Chip, { time, compensation, wires }: ReadOptions) {
  const own = conductanceAt(device, cells, time, new Float32Array(cells.target.length));
  const gamma = plan.gamma * (compensation === 'global' ? retained(cells, own) : 1);
  return { G: wires ? effectiveCells(plan.placement, own, wires, device.rest.mean) : own, gamma };
}

/** Total conductance of the programmed cells now over that just after programming. */
function retained(cells: Cells, G: Float32Array): number {
  let before = 0;
  let now = 0;
  for (let i = 0; i < G.length; i++) {
    if (cells.target[i]! === 0) continue;
    before += cells.programmed[i]!;
    now += G[i]!;
  }
  return before > 0 ? now / before : 1;
}

import {
  type Cells,
  conductanceAt,
  type Device,
  type Procedure,
  programCells,
  type Randomness,
} from '../device/index.ts';
import type { Key } from '../random/index.ts';
import type { Plan } from './plan.ts';

/** One programmed set of arrays: the plan's cells with what programming made of them, in the plan's order. */
export interface Chip {
  readonly plan: Plan;
  readonly device: Device;
  readonly cells: Cells;
}

/** Programs the whole plan once. Another key is another chip. */
export function programChip(plan: Plan, device: Device, procedure: Procedure, key: Key, randomness?: Randomness): Chip {
  return { plan, device, cells: programCells(device, plan.target, procedure, key, { randomness }) };
}

export interface RealisedOptions {
  /** Time since programming, s. */
  readonly time: number;
  /** `global`: the read-out is scaled by what the programmed cells together have lost to drift; `none`: it is not. */
  readonly compensation: 'global' | 'none';
}

/** The weights [copies, weights] that the chip's conductances mean at a time after programming. */
export function realisedWeights(chip: Chip, { time, compensation }: RealisedOptions): Float32Array {
  const { plan, device, cells } = chip;
  const G = conductanceAt(device, cells, time, new Float32Array(cells.target.length));
  const scale = 1 / (plan.gamma * (compensation === 'global' ? retained(cells, G) : 1));
  const weights = new Float32Array(plan.copies * plan.weights);
  for (let i = 0; i < weights.length; i++) weights[i] = (G[2 * i]! - G[2 * i + 1]!) * scale;
  return weights;
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

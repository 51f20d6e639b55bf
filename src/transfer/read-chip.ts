import { decodeVariances, decodeWeights, effectiveCells, type Wires } from '../crossbar/index.ts';
import { conductanceAt, type Device, momentsAt, readStd } from '../device/index.ts';
import { kernels } from '../kernels/index.ts';
import type { Chip } from './chip.ts';
import type { ChipReading, Compensation, Observed } from './compensation.ts';
import { type CompensationName, compensations } from './compensations/index.ts';
import { expectedShare } from './expected-share.ts';
import { planEncoding, planLimits, planPlacement } from './plan.ts';

/** How a chip is looked at. */
export interface ReadOptions {
  /** Time since programming, s. */
  readonly time: number;
  /** How the read-out makes up for drift. */
  readonly compensation: CompensationName;
  /** Resistances of the arrays; ideal wires where absent. */
  readonly wires?: Wires;
  /** Whether the variances of reads are wanted; false by default. */
  readonly readNoise?: boolean;
}

/**
 * The weights that the conductances of a chip of `device` mean at a time after programming, seen through its wires, and what
 * one read adds to them: the variance of a weight is that of its cells together, wires left out of it.
 */
export function readChip(
  chip: Chip,
  device: Device,
  { time, compensation, wires, readNoise = false }: ReadOptions,
): ChipReading {
  const { plan, cells } = chip;
  const { copies, weights: perCopy } = plan;
  const encoding = planEncoding(plan);
  const own = conductanceAt(device, cells, time, new Float32Array(cells.target.length));
  const seen = wires ? effectiveCells(planPlacement(plan), own, wires, device.rest.mean) : own;
  const offset = encoding.offset === 0 ? 0 : encoding.offset * referenceShare(device, time);
  const weights = new Float32Array(copies * perCopy);
  decodeWeights(weights, seen, { ...encoding, offset });
  kernels().binary('multiply', weights, weights, planLimits(plan));
  const reading = { weights, ...(readNoise && device.read && { variances: variancesOf(chip, device, time, own) }) };
  const method: Compensation = compensations[compensation];
  method.apply(reading, method.fit(observe(chip, device, own)));
  return reading;
}

/** Variance of every weight in one read, [copies, weights], in squared weight units. */
function variancesOf({ plan, cells }: Chip, device: Device, time: number, own: Float32Array): Float32Array {
  const variance = readStd(device, cells, time, own, new Float32Array(own.length));
  kernels().unary('square', variance, variance);
  const variances = new Float32Array(plan.copies * plan.weights);
  decodeVariances(variances, variance, planEncoding(plan));
  return timesSquares(variances, planLimits(plan));
}

/** Variances [copies, weights] of shares of limits [weights] as those of weights, in place. */
export function timesSquares(variances: Float32Array, limits: Float32Array): Float32Array {
  kernels().binary('multiply', variances, variances, limits);
  kernels().binary('multiply', variances, variances, limits);
  return variances;
}

/** What drift leaves of a reference in the middle of the range, which a mapping with an offset takes away. */
function referenceShare(device: Device, time: number): number {
  const { low, high } = device.range;
  const middle = (low + high) / 2;
  return momentsAt(device, middle, time).mean / momentsAt(device, middle, 0).mean;
}

/** What a compensation may know of a chip of these conductances, S, each worked out when asked for. */
function observe({ plan, cells, measured }: Chip, device: Device, own: Float32Array): Observed {
  return {
    plan,
    get now() {
      return programmedTotal(plan.target, own);
    },
    get programmed() {
      return measured ? undefined : totalOnce(plan.target, cells.programmed);
    },
    get expected() {
      return expectedShare(plan, device);
    },
  };
}

/** Totals just after programming, S, by the programmed conductances: chips are read at many times. */
const totals = new WeakMap<Float32Array, number>();

function totalOnce(target: Float32Array, programmed: Float32Array): number {
  const total = totals.get(programmed) ?? programmedTotal(target, programmed);
  totals.set(programmed, total);
  return total;
}

/** Total conductance of the cells that are not at rest, S. */
function programmedTotal(target: Float32Array, conductance: Float32Array): number {
  let total = 0;
  for (let i = 0; i < target.length; i++) if (target[i] !== 0) total += conductance[i]!;
  return total;
}

import type { Estimate } from './estimate.ts';
import { passesOf } from './workload.ts';

/** One layer under the roofs of its architecture. */
export interface RooflinePoint {
  readonly name: string;
  /** Operations per byte of activations that enter and leave the arrays. */
  readonly intensity: number;
  /** Operations a second while the layer runs. */
  readonly attained: number;
}

/** Peak of the arrays and of the activation buffer; null for processors, whose insides are not described. */
export interface Roofline {
  /** Operations a second. */
  readonly peak: number;
  /** Bytes a second. */
  readonly bandwidth: number;
  readonly layers: readonly RooflinePoint[];
}

export function rooflineOf({ workload, schedule }: Estimate): Roofline | null {
  if (!Number.isFinite(schedule.bandwidth)) return null;
  const perMac = workload.operationsPerMac;
  return {
    peak: (schedule.peakOperations * perMac) / 2,
    bandwidth: schedule.bandwidth / 8,
    layers: workload.layers.map(({ name, rows, columns, positions, groups = 1 }, i) => {
      const operations = perMac * rows * columns * positions;
      const bytes = (positions * workload.inputBits * (rows * groups + columns)) / 8;
      return {
        name,
        intensity: operations / bytes,
        attained: (operations * passesOf(workload, i)) / workload.samples / schedule.layers[i]!.time,
      };
    }),
  };
}

import { insist } from '../base/index.ts';
import type { Device } from './device.ts';
import { type DistanceTable, interpolateTable } from './distance-table.ts';
import { type DevicesPerWeight, weightScale } from './targets.ts';
import { type ReachableWeight, statesOf, WeightSet } from './weight-set.ts';

/** The set of (mean, std) of a weight that devices can hold at one time. */
export interface ReachableDomain {
  readonly devicesPerWeight: DevicesPerWeight;
  /** Conductance per unit of weight, S. */
  readonly gamma: number;
  /** Sampled members of the set: means and spreads, [points] each, for figures. */
  readonly points: { readonly mean: Float64Array; readonly std: Float64Array };
  /** The member r that minimises KL(N(mean, std²) ‖ N(r)). */
  nearest(mean: number, std: number): ReachableWeight;
  /** Euclidean distance of (mean, std) to the set, in units of weight, by bilinear interpolation of `table`. */
  distance(mean: number, std: number): number;
  /** Derivatives of `distance` by mean and by std. */
  gradient(mean: number, std: number): [byMean: number, byStd: number];
  readonly table: DistanceTable;
}

/**
 * Tabulates what a weight in [−limit, limit] can be at `time`, s. One device stands against a noiseless reference in
 * the middle of the range; two are a differential pair; four are two cells on each side (Bonnet23).
 */
export function reachableDomain(
  device: Device,
  options: { readonly devicesPerWeight?: DevicesPerWeight; readonly limit: number; readonly time: number },
): ReachableDomain {
  const { devicesPerWeight = 2, limit, time } = options;
  insist(limit > 0, `limit: the largest weight must be positive, got ${limit}.`);
  const states = statesOf(device, time);
  const { gamma, offset } = weightScale(device, devicesPerWeight, limit, time);
  const set = new WeightSet(states, devicesPerWeight, gamma, offset, limit);
  if (devicesPerWeight === 1) set.addSingles();
  else if (devicesPerWeight === 2) set.addPairs();
  else set.addQuadruples();
  set.index();
  const table = set.distanceTable();
  return {
    devicesPerWeight,
    gamma,
    points: set.points(),
    nearest: (mean, std) => set.nearest(mean, std),
    distance: (mean, std) => interpolateTable(table, mean, std)[0],
    gradient: (mean, std) => {
      const [, byMean, byStd] = interpolateTable(table, mean, std);
      return [byMean, byStd];
    },
    table,
  };
}

import { insist } from '../base/index.ts';
import { CellStates } from './cell-states.ts';
import type { Device } from './device.ts';
import { type DistanceTable, interpolateTable } from './distance-table.ts';
import { NearestWeight } from './nearest-weight.ts';
import { type DevicesPerWeight, weightScale } from './targets.ts';
import { WeightSet } from './weight-set.ts';

/** A weight that devices can hold. */
export interface ReachableWeight {
  readonly mean: number;
  readonly std: number;
  /** Target of each device of the weight, S: those counted positively first, then those counted negatively. */
  readonly targets: readonly number[];
}

/** Weights as devices hold them, one after the other. */
export interface HeldBy {
  /** [weights]. */
  readonly mean: Float32Array;
  /** Target of each device, S, [weights, devices], in the order of `ReachableWeight`. */
  readonly targets: Float32Array;
}

/** The set of (mean, std) of a weight that devices can hold at one time. */
export interface ReachableDomain {
  readonly devicesPerWeight: DevicesPerWeight;
  /** Conductance per unit of weight, S. */
  readonly gamma: number;
  /** Sampled members of the set: means and spreads, [points] each, for figures. */
  readonly points: { readonly mean: Float64Array; readonly std: Float64Array };
  /** The member r that minimises KL(N(mean, std²) ‖ N(r)), to within 0.01 nats and 2 % of the divergence. */
  nearest(mean: number, std: number): ReachableWeight;
  /** The same for many weights of mean and spread, [weights] each. */
  nearestAll(mean: ArrayLike<number>, std: ArrayLike<number>): HeldBy;
  /** Euclidean distance of (mean, std) to the set, in units of weight, by bilinear interpolation of `table`. */
  distance(mean: number, std: number): number;
  /** Derivatives of `distance` by mean and by std. */
  gradient(mean: number, std: number): [byMean: number, byStd: number];
  readonly table: DistanceTable;
}

/** What weights within ±1 can be; those within another limit follow by scale. */
interface UnitDomain {
  readonly set: WeightSet;
  readonly nearest: NearestWeight;
  table?: DistanceTable;
}

/** Times and numbers of devices whose domains are kept for a device: those of a run, not of a whole search. */
const mostDomains = 8;
const unitDomains = new WeakMap<Device, Map<string, UnitDomain>>();

/**
 * What a weight in [−limit, limit] can be at `time`, s. One device stands against a noiseless reference in the middle of
 * the range; two are a differential pair; four are two cells on each side (Bonnet23). Tabulated once for each device,
 * number of devices and time; any limit is a matter of scale.
 */
export function reachableDomain(
  device: Device,
  options: { readonly devicesPerWeight?: DevicesPerWeight; readonly limit: number; readonly time: number },
): ReachableDomain {
  const { devicesPerWeight = 2, limit, time } = options;
  insist(limit > 0, `limit: the largest weight must be positive, got ${limit}.`);
  const unit = unitDomain(device, devicesPerWeight, time);
  const { set, nearest } = unit;
  const scaled = <A extends Float64Array>(values: A) => values.map(value => limit * value);
  const at = (mean: number, std: number) => interpolateTable(unitTable(unit), mean / limit, std / limit);
  return {
    devicesPerWeight,
    gamma: set.gamma / limit,
    get points() {
      const { mean, std } = set.points();
      return { mean: scaled(mean), std: scaled(std) };
    },
    nearest(mean, std) {
      nearest.find(mean / limit, std / limit);
      return { mean: limit * nearest.mean, std: limit * nearest.std, targets: Array.from(nearest.targets) };
    },
    nearestAll(mean, std) {
      const held = {
        mean: new Float32Array(mean.length),
        targets: new Float32Array(devicesPerWeight * mean.length),
      };
      for (let i = 0; i < mean.length; i++) {
        nearest.find(mean[i]! / limit, std[i]! / limit);
        held.mean[i] = limit * nearest.mean;
        held.targets.set(nearest.targets, devicesPerWeight * i);
      }
      return held;
    },
    distance: (mean, std) => limit * at(mean, std)[0],
    gradient: (mean, std) => {
      const [, byMean, byStd] = at(mean, std);
      return [byMean, byStd];
    },
    get table() {
      const { meanLow, meanHigh, stdHigh, values, ...steps } = unitTable(unit);
      return {
        ...steps,
        meanLow: limit * meanLow,
        meanHigh: limit * meanHigh,
        stdHigh: limit * stdHigh,
        values: scaled(values),
      };
    },
  };
}

function unitDomain(device: Device, devicesPerWeight: DevicesPerWeight, time: number): UnitDomain {
  const known = unitDomains.get(device) ?? new Map<string, UnitDomain>();
  unitDomains.set(device, known);
  const name = `${devicesPerWeight} ${time}`;
  let unit = known.get(name);
  if (!unit) {
    const { gamma, offset } = weightScale(device, devicesPerWeight, 1, time);
    const set = new WeightSet(new CellStates(device, time), devicesPerWeight, gamma, offset);
    unit = { set, nearest: new NearestWeight(set) };
    if (known.size >= mostDomains) known.clear();
    known.set(name, unit);
  }
  return unit;
}

function unitTable(unit: UnitDomain): DistanceTable {
  unit.table ??= unit.set.distanceTable();
  return unit.table;
}

import {
  type Device,
  type DevicesPerWeight,
  momentsAt,
  pairTargets,
  reachableDomain,
  readStdOf,
  singleTarget,
  weightCurve,
  weightScale,
} from '../device/index.ts';
import type { RangeSharing } from '../network/index.ts';
import type { Table } from '../tensor/index.ts';
import type { TrainingHardware } from './method.ts';

export interface HardwareOptions {
  /** Seconds after programming at which the statistics count. */
  readonly time: number;
  readonly compensation?: 'global' | 'none';
  readonly devicesPerWeight?: DevicesPerWeight;
  /** Which weights share a range; those of a layer by default. */
  readonly sharing?: RangeSharing;
  /** What the arrays' wires leave of weights; ideal wires by default. */
  readonly wires?: TrainingHardware['wires'];
  /** Whether reads are noisy; true by default. */
  readonly readNoise?: boolean;
  /** Bits of the converters before and after an array; null for ideal ones. */
  readonly inputBits?: number | null;
  readonly outputBits?: number | null;
  /** Share of values that the converters' ranges cover; all by default. */
  readonly covered?: number;
  /** Whether every column's output has a converter of its own range; false by default. */
  readonly columnConverters?: boolean;
}

/** What training needs to know of weights held by cells of a device. */
export function trainingHardware(device: Device, options: HardwareOptions): TrainingHardware {
  const {
    time,
    compensation = 'none',
    devicesPerWeight = 2,
    sharing = 'layer',
    wires,
    readNoise = true,
    inputBits = null,
    outputBits = null,
    covered = 1,
    columnConverters = false,
  } = options;
  return {
    device: device.name,
    time,
    compensation,
    sharing,
    wires,
    inputBits,
    outputBits,
    covered,
    columnConverters,
    stuck: { ...device.stuck, reach: reachOf(device) },
    curve: (at = time) => weightCurve(device, { limit: 1, time: at, devicesPerWeight }),
    domain: () => reachableDomain(device, { limit: 1, time, devicesPerWeight }),
    readNoise: readNoise ? () => readNoiseOf(device, time, devicesPerWeight) : undefined,
  };
}

/** How far a stuck cell goes beyond the largest conductance that weights are put on, both from rest. */
const reachOf = ({ range, rest, stuck }: Device): number =>
  ((stuck.at ?? range.high) - rest.mean) / (range.high - rest.mean);

/** Spread of one read of weights within ±1. */
function readNoiseOf(device: Device, time: number, devicesPerWeight: DevicesPerWeight): Table {
  const points = 513;
  const { gamma } = weightScale(device, devicesPerWeight, 1, time);
  const stdOf = (target: number) => readStdOf(device, target, time, momentsAt(device, target, time).mean);
  const pairs = devicesPerWeight / 2;
  const values = Float64Array.from({ length: points }, (_, i) => {
    const w = (2 * i) / (points - 1) - 1;
    if (devicesPerWeight === 1) return stdOf(singleTarget(device, w, 1)) / gamma;
    const [a, b] = pairTargets(device, w, gamma / pairs);
    return (Math.sqrt(pairs) * Math.hypot(stdOf(a), stdOf(b))) / gamma;
  });
  return { low: -1, high: 1, values };
}

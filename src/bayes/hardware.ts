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
import type { Table } from '../tensor/index.ts';
import type { TrainingHardware } from './method.ts';

export interface HardwareOptions {
  /** Seconds after programming at which the statistics count. */
  readonly time: number;
  readonly compensation?: 'global' | 'none';
  readonly devicesPerWeight?: DevicesPerWeight;
  /** What the arrays' wires leave of weights within ±limit; ideal wires by default. */
  readonly wires?: TrainingHardware['wires'];
  /** Whether reads are noisy; true by default. */
  readonly readNoise?: boolean;
  /** Bits of the converters before and after an array; null for ideal ones. */
  readonly inputBits?: number | null;
  readonly outputBits?: number | null;
  /** Share of values that the converters' ranges cover; all by default. */
  readonly covered?: number;
}

/** What training needs to know of weights held by cells of a device. */
export function trainingHardware(device: Device, options: HardwareOptions): TrainingHardware {
  const {
    time,
    compensation = 'none',
    devicesPerWeight = 2,
    wires,
    readNoise = true,
    inputBits = null,
    outputBits = null,
    covered = 1,
  } = options;
  return {
    device: device.name,
    time,
    compensation,
    wires,
    inputBits,
    outputBits,
    covered,
    stuck: device.stuck,
    curve: (limit, at = time) => weightCurve(device, { limit, time: at, devicesPerWeight }),
    domain: perLimit(limit => reachableDomain(device, { limit, time, devicesPerWeight })),
    readNoise: readNoise ? perLimit(limit => readNoiseOf(device, limit, time, devicesPerWeight)) : undefined,
  };
}

/** Spread of one read of weights in [−limit, limit]. */
function readNoiseOf(device: Device, limit: number, time: number, devicesPerWeight: DevicesPerWeight): Table {
  const points = 513;
  const { gamma } = weightScale(device, devicesPerWeight, limit, time);
  const stdOf = (target: number) => readStdOf(device, target, time, momentsAt(device, target, time).mean);
  const pairs = devicesPerWeight / 2;
  const values = Float64Array.from({ length: points }, (_, i) => {
    const w = (2 * limit * i) / (points - 1) - limit;
    if (devicesPerWeight === 1) return stdOf(singleTarget(device, w, limit)) / gamma;
    const [a, b] = pairTargets(device, w, gamma / pairs);
    return (Math.sqrt(pairs) * Math.hypot(stdOf(a), stdOf(b))) / gamma;
  });
  return { low: -limit, high: limit, values };
}

/** Makes a table once for each limit: searches and repeated trainings come back to the same ones. */
function perLimit<T>(make: (limit: number) => T): (limit: number) => T {
  const made = new Map<number, T>();
  return limit => {
    const found = made.get(limit) ?? make(limit);
    made.set(limit, found);
    return found;
  };
}

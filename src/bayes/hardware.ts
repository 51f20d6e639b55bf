import {
  type Device,
  momentsAt,
  pairCurve,
  pairScale,
  pairTargets,
  reachableDomain,
  readStdOf,
} from '../device/index.ts';
import type { TrainingHardware } from './method.ts';

export interface HardwareOptions {
  /** Seconds after programming at which the statistics count. */
  readonly time: number;
  readonly compensation?: 'global' | 'none';
  readonly devicesPerWeight?: 2 | 4;
  /** Bits of the converters before and after an array; null for ideal ones. */
  readonly inputBits?: number | null;
  readonly outputBits?: number | null;
  /** Share of values that the converters' ranges cover; all by default. */
  readonly covered?: number;
}

/** What training needs to know of differential pairs of a device. */
export function trainingHardware(device: Device, options: HardwareOptions): TrainingHardware {
  const {
    time,
    compensation = 'none',
    devicesPerWeight = 2,
    inputBits = null,
    outputBits = null,
    covered = 1,
  } = options;
  return {
    device: device.name,
    time,
    compensation,
    inputBits,
    outputBits,
    covered,
    stuck: device.stuck,
    curve: (limit, at = time) => pairCurve(device, { limit, time: at, devicesPerWeight }),
    domain: limit => reachableDomain(device, { limit, time, devicesPerWeight }).table,
    readNoise(limit) {
      const points = 513;
      const scale = pairScale(device, limit);
      const rest = readStdOf(device, 0, time, momentsAt(device, 0, time).mean);
      const values = Float64Array.from({ length: points }, (_, i) => {
        const [a, b] = pairTargets(device, (2 * limit * i) / (points - 1) - limit, scale);
        const target = Math.max(a, b);
        const active = target === 0 ? rest : readStdOf(device, target, time, momentsAt(device, target, time).mean);
        return Math.hypot(active, rest) / scale / Math.sqrt(devicesPerWeight / 2);
      });
      return { low: -limit, high: limit, values };
    },
  };
}

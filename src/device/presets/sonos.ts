import type { Citation } from '../../base/index.ts';
import { interpolate } from '../curves.ts';
import type { Device } from '../device.ts';

const readVoltage = 0.1;
const days = [0, 1, 2, 3, 4, 5];
const amplitude = [19.88665, 25.59102, 28.72753, 31.04318, 33.76214, 34.57909];
const scale = [176.3115, 186.85544, 193.56834, 198.90332, 204.77023, 207.34309];

/** Total spread at a time, S: A (1 − exp(−I/B)) nA. */
function totalStd(target: number, time: number): number {
  const current = target * readVoltage * 1e9;
  const day = time / 86400;
  return (
    (1e-9 * interpolate(days, amplitude, day) * (1 - Math.exp(-current / interpolate(days, scale, day)))) / readVoltage
  );
}

const cite: readonly Citation[] = [
  {
    tag: 'Xiao22',
    text: 'T. P. Xiao et al., An accurate, error-tolerant, and energy-efficient neural network inference engine based on SONOS analog memory, IEEE Transactions on Circuits and Systems I 69(4):1480–1493, 2022',
    id: '10.1109/TCSI.2021.3134313',
  },
];

/** Charge-trap cells whose spread grows over days of retention. */
export const sonos: Device = {
  name: 'sonos',
  title: 'SONOS charge-trap memory, 40 nm',
  provenance: 'published fit',
  note: 'Published as currents up to 1.6 µA; conductances assume a read at 0.1 V. The spread is interpolated between days 0 to 5 and held constant beyond. Reads are taken as independent and 1 µs long.',
  cite,
  range: { low: 0, high: 1.6e-6 / readVoltage },
  rest: { mean: 0, std: 0, shape: 'normal' },
  readVoltage,
  referenceTime: 86400,
  programming: { std: target => totalStd(target, 0) },
  relaxation: {
    mean: () => 0,
    std: (target, time) => Math.sqrt(Math.max(0, totalStd(target, time) ** 2 - totalStd(target, 0) ** 2)),
  },
  read: {
    std: {
      absolute: conductance =>
        (12.58037e-9 * (1 - Math.exp((-conductance * readVoltage * 1e9) / 215.36557))) / readVoltage,
    },
    shape: 'normal',
    spectrum: 'white',
    duration: 1e-6,
  },
  stuck: { high: 0, low: 0 },
};

import type { Citation } from '../../base/index.ts';
import { interpolate, polynomial } from '../curves.ts';
import type { Device } from '../device.ts';

const readVoltage = 0.1;
const days = [0, 1, 2, 3, 4, 5];
const amplitude = [19.88665, 25.59102, 28.72753, 31.04318, 33.76214, 34.57909];
const scale = [176.3115, 186.85544, 193.56834, 198.90332, 204.77023, 207.34309];

/**
 * Shift of the mean current after 1, 2, … 5 days, nA, as polynomials of the target current in nA, from low to high order:
 * fits to Agrawal et al. 2022, Fig. 10, as released with CrossSim (BSD-3).
 */
const shifts: readonly (readonly number[])[] = [
  [
    1.72684e-1, 5.72552e-2, -6.85715e-4, 3.50271e-6, -9.37682e-9, 1.40575e-11, -1.19803e-14, 5.41293e-18, -8.85448e-22,
    -1.66869e-25, 5.9518e-29,
  ],
  [
    2.50712e-1, 6.62195e-2, -6.83218e-4, 2.99442e-6, -6.78255e-9, 7.70482e-12, -3.04983e-15, -2.15919e-18, 2.94617e-21,
    -1.23359e-24, 1.85329e-28,
  ],
  [
    -1.753e-2, 9.76883e-2, -9.63791e-4, 4.55551e-6, -1.22391e-8, 1.93786e-11, -1.85899e-14, 1.07659e-17, -3.58211e-21,
    5.96785e-25, -3.3041e-29,
  ],
  [
    4.03338e-2, 1.03111e-1, -1.0474e-3, 4.83961e-6, -1.28132e-8, 1.99484e-11, -1.85139e-14, 1.00008e-17, -2.84944e-21,
    3.01008e-25, 1.18747e-29,
  ],
  [
    3.19927e-1, 1.06596e-1, -1.04054e-3, 4.5029e-6, -1.10352e-8, 1.56477e-11, -1.27592e-14, 5.45513e-18, -7.26841e-22,
    -2.43893e-25, 7.14608e-29,
  ],
];

/** Mean shift of a target current, nA both, after so many days: linear between days, the last one held beyond. */
function shift(current: number, day: number): number {
  const at = shifts.map(coefficients => polynomial(coefficients, current));
  return interpolate(days, [0, ...at], day);
}

/** Total spread at a time, S: A (1 − exp(−I/B)) nA at the mean current that the shift leaves. */
function totalStd(target: number, time: number): number {
  const day = time / 86400;
  const asked = target * readVoltage * 1e9;
  const current = Math.max(0, asked + shift(asked, day));
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
  {
    tag: 'Agrawal22',
    text: 'V. Agrawal et al., Subthreshold operation of SONOS analog memory to enable accurate low-power neural network inference, IEEE International Electron Devices Meeting (IEDM) 21.7, 2022',
    id: '10.1109/IEDM45625.2022.10019564',
  },
];

/** Charge-trap cells whose mean shifts with the state and whose spread grows over days of retention. */
export const sonos: Device = {
  name: 'sonos',
  title: 'SONOS charge-trap memory, 40 nm',
  provenance: 'published fit',
  note: 'Published as currents up to 1.6 µA; conductances assume a read at 0.1 V. Mean and spread are interpolated between days 0 to 5; beyond day 5 their last values are held, an extrapolation. The mean shifts by a polynomial of the state that changes its sign, so that no factor common to all cells can undo it. Reads are taken as independent and 1 µs long.',
  cite,
  range: { low: 0, high: 1.6e-6 / readVoltage },
  rest: { mean: 0, std: 0, shape: 'normal' },
  readVoltage,
  referenceTime: 86400,
  programming: { std: target => totalStd(target, 0) },
  relaxation: {
    mean: (target, time) => {
      const current = target * readVoltage * 1e9;
      return (1e-9 * Math.max(-current, shift(current, time / 86400))) / readVoltage;
    },
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
  extrapolation: { from: 5 * 86400 },
  stuck: { high: 0, low: 0 },
};

import type { Citation } from '../../base/index.ts';
import { clip, polynomial } from '../curves.ts';
import type { Device } from '../device.ts';

const high = 25e-6;
const startTime = 20;
const duration = 250e-9;
const sigma = [0.26348e-6, 1.965e-6, -1.1731e-6];

const cite: readonly Citation[] = [
  {
    tag: 'Joshi20',
    text: 'V. Joshi et al., Accurate deep neural network inference using computational phase-change memory, Nature Communications 11:2473, 2020',
    id: '10.1038/s41467-020-16108-9',
  },
  {
    tag: 'Nandakumar19',
    text: 'S. R. Nandakumar et al., Phase-change memory models for deep learning training and inference, IEEE ICECS, 2019',
    id: '10.1109/ICECS46596.2019.8964852',
  },
];

/** Doped Ge₂Sb₂Te₅ mushroom cells, 90 nm: programming spread, drift and 1/f read noise as polynomials and logarithms of G/25 µS. */
export const pcmIbm: Device = {
  name: 'pcm-ibm',
  title: 'Phase-change memory, doped GST, 90 nm (IBM)',
  provenance: 'published fit',
  note: 'Statistics over one million cells after iterative programming; the source does not separate device-to-device from cycle-to-cycle spread, all of it is redrawn at programming. A pulse is assumed to take 30 pJ and 100 ns, a cell to survive a hundred million.',
  cite,
  cell: 'pcm',
  range: { low: 0, high },
  rest: { mean: 0, std: sigma[0]!, shape: 'normal' },
  readVoltage: 0.2,
  referenceTime: 86400,
  programming: { std: target => Math.max(polynomial(sigma, target / high), 0) },
  drift: {
    startTime,
    exponentMean: target => clip(-0.0155 * Math.log(target / high) + 0.0244, 0.049, 0.1),
    exponentStd: target => clip(-0.0125 * Math.log(target / high) - 0.0059, 0.008, 0.045),
  },
  read: {
    std: {
      relative: (target, time) =>
        Math.min(0.0088 / Math.max((target / high) ** 0.65, 1e-3), 0.2) *
        Math.sqrt(Math.log((time + startTime + duration) / (2 * duration))),
    },
    shape: 'normal',
    spectrum: { startTime },
    duration,
  },
  stuck: { high: 0, low: 0 },
  write: { energy: 30e-12, duration: 100e-9, endurance: 1e8 },
};

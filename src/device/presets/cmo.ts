import type { Citation } from '../../base/index.ts';
import { polynomial } from '../curves.ts';
import type { Device } from '../device.ts';

const cite: readonly Citation[] = [
  {
    tag: 'Falcone25',
    text: 'D. F. Falcone et al., All-in-one analog AI hardware: on-chip training and inference with conductive-metal-oxide/HfOx ReRAM devices, 2025',
    id: 'arXiv:2502.04524',
  },
];

const low = 9e-6;

/** CMO/HfOₓ cells programmed by program-and-verify within an acceptance range; `sigma` is the spread in µS, low order first in µS. */
export function cmoDevice(name: string, acceptance: string, sigma: readonly [number, number]): Device {
  const std = (target: number): number => 1e-6 * polynomial(sigma, target * 1e6);
  return {
    name,
    title: `Conductive-metal-oxide/HfOₓ resistive memory, ${acceptance} acceptance`,
    provenance: 'published fit',
    note: 'The spread is what program-and-verify left. Relaxation is taken as in place from 1 s on. A cell at rest is in the lowest state.',
    cite,
    range: { low, high: 88.2e-6 },
    rest: { mean: low, std: std(low), shape: 'normal' },
    readVoltage: 0.2,
    referenceTime: 6,
    programming: { std },
    relaxation: {
      mean: (_, time) => -0.08900206e-6 * Math.log(Math.max(time, 1)),
      std: (_, time) => 0.04201137e-6 * Math.log(Math.max(time, 1)) + 0.41183342e-6,
    },
    read: {
      std: {
        absolute: (conductance, time) =>
          0.0277316483e-6 *
          Math.max(0, Math.log10(conductance * 1e6)) *
          Math.sqrt(Math.max(0, Math.log((time + 1e-6) / 2e-6))),
      },
      shape: 'normal',
      spectrum: { startTime: 1e-6 },
      duration: 1e-6,
    },
    stuck: { high: 0, low: 0 },
  };
}

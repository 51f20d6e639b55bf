import type { Citation } from '../../base/index.ts';
import { polynomial } from '../curves.ts';
import type { Device } from '../device.ts';

const readVoltage = 0.2;

/** Scale b of the Laplace read noise, µA, low order first in µA. */
const scale = [0.0141, 0.0324, -0.0058];

const cite: readonly Citation[] = [
  {
    tag: 'Lin23',
    text: 'Y. Lin et al., Uncertainty quantification via a memristor Bayesian deep neural network for risk-sensitive reinforcement learning, Nature Machine Intelligence 5:714–723, 2023',
    id: '10.1038/s42256-023-00680-y',
  },
];

/** TaOₓ/HfOₓ cells whose read noise, Laplace distributed, is the source of weight samples. */
export const rramLin: Device = {
  name: 'rram-lin',
  title: 'TaOₓ/HfOₓ resistive memory with Laplace read noise (Lin et al.)',
  provenance: 'published fit',
  note: 'Only the read noise is published (0.4 to 4 µA at 0.2 V): programming is exact here, reads are taken as independent and 1 µs long. A cell at rest is in the lowest state.',
  cite,
  range: { low: 2e-6, high: 20e-6 },
  rest: { mean: 2e-6, std: 0, shape: 'normal' },
  readVoltage,
  referenceTime: 6,
  programming: { std: () => 0 },
  read: {
    std: {
      absolute: conductance =>
        (Math.SQRT2 * 1e-6 * Math.max(0, polynomial(scale, conductance * readVoltage * 1e6))) / readVoltage,
    },
    shape: 'laplace',
    spectrum: 'white',
    duration: 1e-6,
  },
  stuck: { high: 0, low: 0 },
};

import type { Citation } from '../../base/index.ts';
import { clip, polynomial } from '../curves.ts';
import type { Device } from '../device.ts';

const low = 50e-6;
const high = 225e-6;
const std = (target: number): number => 4.782321e-6 - 0.009107 * target;

const cite: readonly Citation[] = [
  {
    tag: 'Milo21',
    text: 'V. Milo et al., Optimized programming algorithms for multilevel RRAM in hardware neural networks, IEEE IRPS, 2021',
    id: '10.1109/IRPS46558.2021.9405119',
  },
];

/** a₂ and a₃ of I = G V + a₂ V² + a₃ V³, low order first in log₁₀ G. */
const second = [7.063e-3, 5.711e-3, 1.541e-3, 1.388e-4];
const third = [1.2968e-3, 6.7919e-4, 8.871e-5];

/** HfO₂ cells after program-and-verify. */
export const rramMilo: Device = {
  name: 'rram-milo',
  title: 'HfO₂ resistive memory after program-and-verify (Milo et al.)',
  provenance: 'published fit',
  note: 'The spread is what program-and-verify left; a single pulse here stands for the whole of that procedure. The current-voltage curve holds for |V| ≤ 0.5 V. A cell at rest is in the lowest state.',
  cite,
  range: { low, high },
  rest: { mean: low, std: std(low), shape: 'normal' },
  readVoltage: 0.2,
  referenceTime: 6,
  programming: { std },
  stuck: { high: 0, low: 0 },
  current: (conductance, voltage) => {
    const v = clip(voltage, -0.5, 0.5);
    const decade = Math.log10(conductance);
    return conductance * v + polynomial(second, decade) * v * v + polynomial(third, decade) * v ** 3;
  },
};

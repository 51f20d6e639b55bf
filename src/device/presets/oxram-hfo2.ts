import type { Citation } from '../../base/index.ts';
import type { Device } from '../device.ts';

const low = 20e-6;
const high = 150e-6;

const cite: readonly Citation[] = [
  {
    tag: 'Dalgaty21',
    text: 'T. Dalgaty et al., Ex situ transfer of Bayesian neural networks to resistive memory-based inference hardware, Advanced Intelligent Systems 3(8):2000103, 2021',
    id: '10.1002/aisy.202000103',
  },
  {
    tag: 'Bonnet23',
    text: 'D. Bonnet et al., Bringing uncertainty quantification to the extreme-edge with memristor-based Bayesian neural networks, Nature Communications 14:7530, 2023',
    id: '10.1038/s41467-023-43317-9',
  },
];

/** Filamentary HfO₂ cells programmed by one SET pulse whose compliance current sets the mean; the spread falls as the conductance rises. */
export const oxramHfo2: Device = {
  name: 'oxram-hfo2',
  title: 'Filamentary HfO₂ resistive memory, one SET pulse per cell',
  provenance: 'assumption',
  note: 'That the spread falls with the conductance is measured; the magnitudes are assumed until measurements are fitted: G = I_SET/0.6 V, 14 µS of spread at 20 µS falling linearly to 5 µS at 150 µS, RESET cells lognormal with mean 1 µS and 1 µS of spread per pair. A pulse is assumed to take 10 pJ and 100 ns, a cell to survive a million. The spread is redrawn at every pulse.',
  cite,
  range: { low, high },
  rest: { mean: 1e-6, std: Math.SQRT1_2 * 1e-6, shape: 'lognormal' },
  readVoltage: 0.2,
  referenceTime: 6,
  setCurrent: target => 0.6 * target,
  programming: { std: target => 14e-6 - (9e-6 * (target - low)) / (high - low) },
  stuck: { high: 0, low: 0 },
  write: { energy: 10e-12, duration: 100e-9, voltage: 2, endurance: 1e6 },
};

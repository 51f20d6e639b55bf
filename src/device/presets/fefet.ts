import type { Citation } from '../../base/index.ts';
import type { Device } from '../device.ts';

const high = 1 / 559e3;
const low = high / 45;

const cite: readonly Citation[] = [
  {
    tag: 'Jerry17',
    text: 'M. Jerry et al., Ferroelectric FET analog synapse for acceleration of deep neural network training, IEEE IEDM, 2017',
    id: '10.1109/IEDM.2017.8268338',
  },
];

/** Ferroelectric transistors with 32 conductance levels. */
export const fefet: Device = {
  name: 'fefet',
  title: 'Ferroelectric transistor, 32 levels',
  provenance: 'published fit',
  note: 'Cycle-to-cycle spread of 0.5 % of the range, the published upper bound; levels taken as equally spaced. No retention or read noise is published with it. A cell at rest is in the lowest level.',
  cite,
  cell: 'fefet',
  range: { low, high },
  levels: Array.from({ length: 32 }, (_, i) => low + ((high - low) * i) / 31),
  rest: { mean: low, std: 0.005 * (high - low), shape: 'normal' },
  readVoltage: 0.1,
  referenceTime: 86400,
  programming: { std: () => 0.005 * (high - low) },
  stuck: { high: 0, low: 0 },
  write: { voltage: 3.65, duration: 75e-9 },
};

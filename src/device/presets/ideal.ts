import type { Device } from '../device.ts';

/** A cell without error, drift, noise or failure: what is left then is the network's own and the converters'. */
export const ideal: Device = {
  name: 'ideal',
  title: 'Ideal cell: exact, stable, noiseless',
  provenance: 'assumption',
  cite: [],
  range: { low: 0, high: 100e-6 },
  rest: { mean: 0, std: 0, shape: 'normal' },
  readVoltage: 0.2,
  referenceTime: 6,
  programming: { std: () => 0 },
  stuck: { high: 0, low: 0 },
};

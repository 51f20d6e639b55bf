import type { Device } from '../device.ts';

const high = 200e-6;
const low = high / 2.3;

/** Magnetic tunnel junctions: two states, and a switching probability set by the pulse. */
export const mramSot: Device = {
  name: 'mram-sot',
  title: 'Magnetic tunnel junction, spin-orbit torque, two states',
  provenance: 'assumption',
  note: 'On/off ratio 2.3, device spread 6.35 % (an upper bound) and endurance 1e11 are typical of published STT and SOT cells; the on-resistance of 5 kΩ and the switching curve (0.8 V, 30 mV wide), 100 fJ and 10 ns a pulse are assumptions. Targets other than the two states are not programmable.',
  cite: [],
  cell: 'mram',
  range: { low, high },
  levels: [low, high],
  rest: { mean: low, std: 0, deviceStd: 0.0635 * low, shape: 'normal' },
  readVoltage: 0.1,
  referenceTime: 86400,
  programming: { std: () => 0, deviceStd: target => 0.0635 * target },
  switching: { voltage: 0.8, width: 0.03 },
  stuck: { high: 0, low: 0 },
  write: { energy: 100e-15, duration: 10e-9, endurance: 1e11 },
};

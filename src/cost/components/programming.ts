import { type Component, logic } from '../component.ts';

/** Write driver and level shifter of one column; a use is one pulse of `energy` joules in the cell. */
export const programmingCircuit: Component<{ readonly energy: number }> = {
  name: 'programming',
  title: 'programming circuit and pulses',
  formula: "the cell's write energy, doubled for the charge pump and the line; 20 µm² a column at 45 nm",
  validity: 'pulses as the device states them; the pump efficiency of one half is an assumption',
  provenance: 'assumption',
  cite: [],
  spread: { energy: 1.6, area: 2 },
  scaled: false,
  usual: { energy: 10e-12 },
  unit: (technology, { energy }) => logic(technology, 2 * energy, 20e-12 * technology.areaFrom(45)),
};

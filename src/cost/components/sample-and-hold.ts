import { cite } from '../citations.ts';
import type { Component, None } from '../component.ts';

/** Holds a column's value while a shared converter works through its columns. */
export const sampleAndHold: Component<None> = {
  name: 'sample-and-hold',
  title: 'sample-and-hold',
  formula: '10 fF · V²; 4 µm² at 45 nm. ISAAC gives 1 fJ and 0.04 µm² at 32 nm, without the switch',
  validity: '8 bits and less',
  provenance: 'assumption',
  cite: [cite.Shafiee16],
  spread: { energy: 2, area: 2 },
  usual: {},
  unit: technology => ({
    energy: 10e-15 * technology.voltage ** 2,
    area: 4e-12 * technology.areaFrom(45),
    leakage: 0,
  }),
};

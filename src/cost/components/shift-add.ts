import { cite } from '../citations.ts';
import type { Component } from '../component.ts';
import { accumulator } from './accumulator.ts';

/** Shifts a converter's code and adds it, for bit-serial inputs and sliced weights. */
export const shiftAdd: Component<{ readonly bits: number }> = {
  name: 'shift-add',
  title: 'shift-and-add unit',
  formula: 'adder + register; the shift is wiring. ISAAC gives 21 fJ and 60 µm² a unit at 32 nm, 16 bits',
  validity: '1 to 32 bits',
  provenance: 'published',
  clocked: true,
  cite: [cite.Horowitz14, cite.Shao14, cite.Shafiee16],
  spread: { energy: 1.6, area: 1.6 },
  usual: { bits: 16 },
  unit: (technology, parameters) => accumulator.unit(technology, parameters),
};

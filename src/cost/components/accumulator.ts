import { cite } from '../citations.ts';
import type { Component } from '../component.ts';
import { adder } from './adder.ts';
import { register } from './register.ts';

/** Adder with its register; a use adds one number. */
export const accumulator: Component<{ readonly bits: number }> = {
  name: 'accumulator',
  title: 'accumulator',
  formula: 'adder + register of the same width',
  validity: '1 to 32 bits',
  provenance: 'published',
  clocked: true,
  cite: [cite.Horowitz14, cite.Shao14],
  spread: { energy: 1.3, area: 1.3 },
  usual: { bits: 16 },
  unit(technology, { bits }) {
    const sum = adder.unit(technology, { bits });
    const store = register.unit(technology, { bits });
    return {
      energy: sum.energy + store.energy,
      area: sum.area + store.area,
      leakage: sum.leakage + store.leakage,
    };
  },
};

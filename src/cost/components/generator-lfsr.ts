import { cite } from '../citations.ts';
import type { Component } from '../component.ts';
import { register } from './register.ts';

/** Uniform number of `bits` bits from a linear-feedback shift register. */
export const lfsr: Component<{ readonly bits: number }> = {
  name: 'lfsr',
  title: 'linear-feedback shift register',
  formula:
    'one clock of a register of `bits` bits, a tenth more for the feedback; successive numbers share all but one bit',
  validity: '8 to 32 bits',
  provenance: 'published',
  clocked: true,
  cite: [cite.Shao14],
  spread: { energy: 1.4, area: 1.3 },
  usual: { bits: 8 },
  unit(technology, { bits }) {
    const store = register.unit(technology, { bits });
    return { energy: 1.1 * store.energy, area: 1.1 * store.area, leakage: 1.1 * store.leakage };
  },
};

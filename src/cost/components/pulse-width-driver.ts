import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';
import { comparator } from './comparator.ts';
import { register } from './register.ts';

/** Turns a code into a pulse of that length: an input register and a comparison with a shared counter at every step. */
export const pulseWidthDriver: Component<{ readonly bits: number }> = {
  name: 'pulse-width-driver',
  title: 'pulse-width driver',
  formula: 'register + 2^bits comparisons with a shared counter, of which an eighth switches',
  validity: '2 to 8 bits',
  provenance: 'assumption',
  clocked: true,
  cite: [cite.Shao14],
  spread: { energy: 1.8, area: 1.5 },
  usual: { bits: 8 },
  unit(technology, { bits }) {
    const store = register.unit(technology, { bits });
    const compare = comparator.unit(technology, { bits });
    return logic(technology, store.energy + (2 ** bits / 8) * compare.energy, store.area + compare.area);
  },
};

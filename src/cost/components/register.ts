import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';

/** Flip-flops; a use writes all of them once. */
export const register: Component<{ readonly bits: number }> = {
  name: 'register',
  title: 'flip-flop register',
  formula: '9 fJ and 5.98 µm² a bit (40 nm, 0.9 V)',
  validity: 'data that toggle every other cycle',
  provenance: 'published',
  clocked: true,
  cite: [cite.Shao14],
  spread: { energy: 1.3, area: 1.3 },
  usual: { bits: 8 },
  unit: (technology, { bits }) =>
    logic(technology, 9e-15 * bits * technology.energyFrom(40, 0.9), 5.98e-12 * bits * technology.areaFrom(40)),
};

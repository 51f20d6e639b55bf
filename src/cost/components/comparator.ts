import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';

/** Digital comparison of two numbers of `bits` bits. */
export const comparator: Component<{ readonly bits: number }> = {
  name: 'comparator',
  title: 'digital comparator',
  formula: '29.5 fJ and 71 µm² at 32 bits (40 nm, 0.9 V), proportional to the bits',
  validity: '1 to 32 bits',
  provenance: 'published',
  clocked: true,
  cite: [cite.Shao14],
  spread: { energy: 1.4, area: 1.3 },
  usual: { bits: 8 },
  unit: (technology, { bits }) =>
    logic(
      technology,
      (29.47e-15 / 32) * bits * technology.energyFrom(40, 0.9),
      (71e-12 / 32) * bits * technology.areaFrom(40),
    ),
};

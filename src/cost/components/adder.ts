import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';

/** Integer addition of two numbers of `bits` bits. */
export const adder: Component<{ readonly bits: number }> = {
  name: 'adder',
  title: 'integer adder',
  formula: '0.03 pJ and 36 µm² at 8 bits, 0.1 pJ and 137 µm² at 32 bits (45 nm, 0.9 V); power law between',
  validity: '1 to 32 bits; measured points at 8 and 32',
  provenance: 'published',
  clocked: true,
  cite: [cite.Horowitz14],
  spread: { energy: 1.3, area: 1.3 },
  usual: { bits: 8 },
  unit(technology, { bits }) {
    const energy = 0.03e-12 * (bits / 8) ** (Math.log(0.1 / 0.03) / Math.log(4));
    const area = 36e-12 * (bits / 8) ** (Math.log(137 / 36) / Math.log(4));
    return logic(technology, energy * technology.energyFrom(45, 0.9), area * technology.areaFrom(45));
  },
};

import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';

/** Integer product of an a-bit and a b-bit number. */
export const multiplier: Component<{ readonly a: number; readonly b: number }> = {
  name: 'multiplier',
  title: 'integer multiplier',
  formula: '0.2 pJ and 282 µm² at 8×8 bits, 3.1 pJ and 3495 µm² at 32×32 (45 nm, 0.9 V); power law in a·b between',
  validity: '1 to 32 bits a side; measured points at 8 and 32',
  provenance: 'published',
  clocked: true,
  cite: [cite.Horowitz14],
  spread: { energy: 1.3, area: 1.3 },
  usual: { a: 8, b: 8 },
  unit(technology, { a, b }) {
    const size = (a * b) / 64;
    const energy = 0.2e-12 * size ** (Math.log(3.1 / 0.2) / Math.log(16));
    const area = 282e-12 * size ** (Math.log(3495 / 282) / Math.log(16));
    return logic(technology, energy * technology.energyFrom(45, 0.9), area * technology.areaFrom(45));
  },
};

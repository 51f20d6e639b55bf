import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';
import { comparator } from './comparator.ts';
import { sramBuffer } from './sram-buffer.ts';

/** Activation of one output: a comparison and selection for rectifiers and clips, a table for tanh. */
export const activation: Component<{ readonly bits: number; readonly table: boolean }> = {
  name: 'activation',
  title: 'activation unit',
  formula: 'comparator; with a table, also the read of a word of a 1 kB SRAM',
  validity: '1 to 16 bits',
  provenance: 'published',
  clocked: true,
  cite: [cite.Shao14, cite.Horowitz14],
  spread: { energy: 1.5, area: 1.5 },
  usual: { bits: 8, table: false },
  unit(technology, { bits, table }) {
    const compare = comparator.unit(technology, { bits });
    if (!table) return compare;
    const entries = sramBuffer.unit(technology, { bytes: 1024 });
    return logic(
      technology,
      compare.energy + bits * entries.energy,
      compare.area + bits * 2 ** Math.min(bits, 8) * entries.area,
    );
  },
};

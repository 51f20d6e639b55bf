import { cite } from '../citations.ts';
import { type Component, logic, type None } from '../component.ts';
import { adder } from './adder.ts';
import { lfsr } from './generator-lfsr.ts';
import { sramBuffer } from './sram-buffer.ts';

/** Normal of 16 bits by Wallace: a pool turned by small orthogonal matrices. */
export const wallace: Component<None> = {
  name: 'wallace',
  title: 'Wallace Gaussian generator',
  formula: 'read and write of 16 bits of a 2 kB pool, two 16-bit additions, a 10-bit address from a shift register',
  validity: '16 bits, pool of 1,024; successive numbers are weakly correlated',
  provenance: 'assumption',
  clocked: true,
  cite: [cite.Wallace, cite.Horowitz14, cite.Shao14],
  spread: { energy: 1.8, area: 1.8 },
  usual: {},
  unit(technology) {
    const pool = sramBuffer.unit(technology, { bytes: 2048 });
    const sum = adder.unit(technology, { bits: 16 });
    const address = lfsr.unit(technology, { bits: 10 });
    return logic(
      technology,
      32 * pool.energy + 2 * sum.energy + address.energy,
      16384 * pool.area + 2 * sum.area + address.area,
    );
  },
};

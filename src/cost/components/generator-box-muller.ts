import { cite } from '../citations.ts';
import { type Component, logic, type None } from '../component.ts';
import { lfsr } from './generator-lfsr.ts';
import { multiplier } from './multiplier.ts';
import { sramBuffer } from './sram-buffer.ts';

/** Normal of 16 bits by Box and Muller: a pair from two uniforms. */
export const boxMuller: Component<None> = {
  name: 'box-muller',
  title: 'Box–Muller Gaussian generator',
  formula:
    'half of: two 32-bit shift registers, four 16-bit table reads (logarithm, root, sine, cosine), six 16×16 products',
  validity: '16 bits; operation counts after the published data path',
  provenance: 'assumption',
  clocked: true,
  cite: [cite.BoxMuller, cite.Horowitz14, cite.Shao14],
  spread: { energy: 1.8, area: 1.8 },
  usual: {},
  unit(technology) {
    const uniform = lfsr.unit(technology, { bits: 32 });
    const table = sramBuffer.unit(technology, { bytes: 1024 });
    const product = multiplier.unit(technology, { a: 16, b: 16 });
    return logic(
      technology,
      (2 * uniform.energy + 4 * 16 * table.energy + 6 * product.energy) / 2,
      (2 * uniform.area + 4 * 16 * 256 * table.area + 6 * product.area) / 2,
    );
  },
};

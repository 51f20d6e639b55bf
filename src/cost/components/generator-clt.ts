import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';
import { adder } from './adder.ts';
import { lfsr } from './generator-lfsr.ts';

/** Approximate normal as the sum of `terms` uniforms of 8 bits. */
export const clt: Component<{ readonly terms: number }> = {
  name: 'clt',
  title: 'sum-of-uniforms Gaussian generator',
  formula: '`terms` shift registers of 8 bits and terms − 1 additions of 12 bits',
  validity: '4 to 16 terms; tails beyond √(3·terms) standard deviations are missing',
  provenance: 'published',
  clocked: true,
  cite: [cite.Vibnn, cite.Shao14, cite.Horowitz14],
  spread: { energy: 1.5, area: 1.5 },
  usual: { terms: 12 },
  unit(technology, { terms }) {
    const draw = lfsr.unit(technology, { bits: 8 });
    const sum = adder.unit(technology, { bits: 12 });
    return logic(
      technology,
      terms * draw.energy + (terms - 1) * sum.energy,
      terms * draw.area + (terms - 1) * sum.area,
    );
  },
};

import { z } from 'zod';
import { fillNormal, fillUniform, fold } from '../../random/index.ts';
import type { PriorDefinition } from './prior.ts';

const schema = z.strictObject({
  kind: z.literal('scale-mixture'),
  share: z.number().gt(0).lt(1).default(0.5).describe('Share of the wide component; 0.5 by default.'),
  wide: z.number().positive().default(1).describe('Spread of the wide component; 1 by default.'),
  narrow: z.number().positive().default(0.1).describe('Spread of the narrow component; 0.1 by default.'),
});

/** share·N(0, wide²) + (1 − share)·N(0, narrow²) for each weight: Blundell et al., ICML 2015, section 3.3. */
export const scaleMixture: PriorDefinition<typeof schema> = {
  name: 'scale-mixture',
  schema,
  build: ({ share, wide, narrow }, { size }) => {
    const peak = (weight: number, std: number) => Math.log(weight / std) - 0.5 * Math.log(2 * Math.PI);
    const logWide = peak(share, wide);
    const logNarrow = peak(1 - share, narrow);
    const at = (w: number) => {
      const a = logWide - (0.5 * w * w) / (wide * wide);
      const b = logNarrow - (0.5 * w * w) / (narrow * narrow);
      const top = Math.max(a, b);
      const log = top + Math.log(Math.exp(a - top) + Math.exp(b - top));
      const fromWide = Math.exp(a - log);
      return { log, precision: fromWide / (wide * wide) + (1 - fromWide) / (narrow * narrow) };
    };
    return {
      kind: 'scale-mixture',
      gaussian: null,
      draw(key, out) {
        const u = fillUniform(fold(key, 'component'), new Float64Array(size));
        fillNormal(key, out);
        for (let i = 0; i < size; i++) out[i] = out[i]! * (u[i]! < share ? wide : narrow);
      },
      precision(out, weights) {
        for (let i = 0; i < size; i++) out[i] = at(weights[i]!).precision;
      },
      add(gradient, weights) {
        let total = 0;
        for (let i = 0; i < size; i++) {
          const { log, precision } = at(weights[i]!);
          total += log;
          if (gradient) gradient[i]! -= weights[i]! * precision;
        }
        return total;
      },
    };
  },
  cite: [
    {
      tag: 'Blundell15',
      text: 'C. Blundell, J. Cornebise, K. Kavukcuoglu, D. Wierstra, Weight uncertainty in neural networks, ICML 2015',
      id: 'arXiv:1505.05424',
    },
  ],
};

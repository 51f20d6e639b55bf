import { z } from 'zod';
import { drawInPieces } from '../../bayes/index.ts';
import { dalgaty21 } from '../citations.ts';
import type { TransferMethod } from '../method.ts';
import { leading } from '../moments.ts';

const schema = z.strictObject({
  method: z.literal('joint').default('joint').describe('Copy s carries posterior sample s; correlations survive.'),
});

/** Copy s of the chip carries posterior sample s, so that correlations between weights survive. */
export const joint: TransferMethod<typeof schema> = {
  name: 'joint',
  summary: 'copy s carries posterior sample s; correlations survive',
  schema,
  cite: [dalgaty21],
  *assign(key, { posterior, copies, weights, encode }, _options) {
    const intended = leading(yield* drawInPieces(key, posterior, copies), posterior.size, weights);
    return { intended, target: yield* encode(intended), intendedAt: 0 };
  },
};

import { z } from 'zod';
import { bestPoint, type Posterior, posteriorMean } from '../../bayes/index.ts';
import { dalgaty21 } from '../citations.ts';
import type { TransferMethod } from '../method.ts';
import { leading } from '../moments.ts';

const schema = z.strictObject({
  method: z.literal('deterministic').describe('One copy of one weight vector: what a Bayesian network must beat.'),
  point: z
    .enum(['best', 'mean'])
    .default('best')
    .describe(
      "'best' (default): the maximum a posteriori point or the draw of highest density; 'mean': the posterior mean.",
    ),
});

const vectorOf = (posterior: Posterior, { point }: z.output<typeof schema>): Float32Array =>
  point === 'mean' ? posteriorMean(posterior) : bestPoint(posterior);

/** One weight vector programmed once: the baseline that a Bayesian network must beat. */
export const deterministic: TransferMethod<typeof schema> = {
  name: 'deterministic',
  summary: 'one copy of one weight vector, the baseline',
  schema,
  cite: [dalgaty21],
  copies: 1,
  vector: vectorOf,
  *assign(_key, { posterior, weights, encode }, options) {
    const intended = leading(vectorOf(posterior, options), posterior.size, weights);
    return { intended, target: yield* encode(intended), intendedAt: 0 };
  },
};

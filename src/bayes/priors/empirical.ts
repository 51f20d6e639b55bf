import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { gaussianPrior } from './gaussian.ts';
import type { PriorDefinition } from './prior.ts';

const schema = z.strictObject({
  kind: z.literal('empirical'),
  share: z
    .number()
    .positive()
    .default(0.1)
    .describe("Spread of each weight as a share of the estimate's size there; 0.1 by default."),
  least: z.number().positive().default(0.01).describe('Smallest spread; 0.01 by default.'),
});

/**
 * N(w*, max(share·|w*|, least)²) around a maximum a posteriori estimate w* (MOPED: Krishnan, Subedar & Tickoo,
 * Specifying weight priors in Bayesian deep neural networks with empirical Bayes, AAAI 2020). Uses the data twice. Without an estimate it
 * stands for one to come: `trainPosterior` makes it first.
 */
export const empirical: PriorDefinition<typeof schema> = {
  name: 'empirical',
  schema,
  build: ({ share, least }, _network, { point }) => {
    if (!point) return { kind: 'empirical', gaussian: null, add: unready, draw: unready, precision: unready };
    const mean = Float64Array.from(point);
    return gaussianPrior(
      'empirical',
      mean,
      mean.map(w => Math.max(least, share * Math.abs(w))),
    );
  },
  cite: [
    {
      tag: 'Krishnan20',
      text: 'R. Krishnan, M. Subedar, O. Tickoo, Specifying weight priors in Bayesian deep neural networks with empirical Bayes, AAAI 2020',
      id: 'arXiv:1906.05323',
    },
  ],
};

function unready(): never {
  throw new InputError({
    path: ['posterior', 'prior'],
    rule: "'empirical' needs a maximum a posteriori estimate first",
    hint: 'train with trainPosterior, which makes one',
  });
}

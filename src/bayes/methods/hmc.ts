import { z } from 'zod';
import type { ChainMethod } from '../method.ts';
import { nutsSchema } from './nuts.ts';

const schema = nutsSchema.omit({ maxDepth: true }).extend({
  method: z.literal('hmc'),
  length: z
    .number()
    .positive()
    .default(1.5)
    .describe('Mean length of a trajectory in units of the adapted spreads, at most 1,000 steps; 1.5 by default.'),
});

/** Draws from the exact posterior by Hamiltonian dynamics with trajectories of a given length. */
export const hmc: ChainMethod<typeof schema> = {
  name: 'hmc',
  title: 'Hamiltonian Monte Carlo',
  schema,
  plan: options => ({ ...options, maxDepth: 0 }),
  cite: [
    {
      tag: 'Neal11',
      text: 'R. M. Neal, MCMC using Hamiltonian dynamics, in Handbook of Markov Chain Monte Carlo, Chapman & Hall, 2011',
      id: 'arXiv:1206.1901',
    },
  ],
};

import { z } from 'zod';
import type { ChainMethod } from '../method.ts';
import { posteriorFields } from './fields.ts';

export const nutsSchema = z.strictObject({
  method: z.literal('nuts'),
  ...posteriorFields,
  chains: z.int().min(1).max(64).default(4).describe('Independent chains; 4 by default.'),
  warmup: z.int().min(0).max(1_000_000).default(500).describe('Steps of each chain that only adapt; 500 by default.'),
  draws: z.int().min(4).max(1_000_000).default(1000).describe('Draws kept of each chain; 1000 by default.'),
  targetAcceptance: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.8)
    .describe('Mean acceptance to which warm-up steers the step size; higher means shorter steps. 0.8 by default.'),
  maxDepth: z.int().min(1).max(20).default(10).describe('Most doublings of a trajectory; 10 by default.'),
  startStd: z.number().positive().default(0.5).describe('Spread of the random start of a chain; 0.5 by default.'),
});

export type NutsOptions = z.output<typeof nutsSchema>;

/** Draws from the exact posterior by Hamiltonian dynamics with trajectories that stop before they turn back. */
export const nuts: ChainMethod<typeof nutsSchema> = {
  name: 'nuts',
  title: 'No-U-turn sampler',
  schema: nutsSchema,
  plan: options => options,
  cite: [
    {
      tag: 'Hoffman14',
      text: 'M. D. Hoffman, A. Gelman, The No-U-Turn Sampler: adaptively setting path lengths in Hamiltonian Monte Carlo, Journal of Machine Learning Research 15:1593–1623, 2014',
      id: 'arXiv:1111.4246',
    },
    {
      tag: 'Betancourt17',
      text: 'M. Betancourt, A conceptual introduction to Hamiltonian Monte Carlo, 2017',
      id: 'arXiv:1701.02434',
    },
  ],
};

import { z } from 'zod';
import type { Network } from '../../network/index.ts';
import { gaussian } from './gaussian.ts';
import type { Prior, PriorContext, PriorDefinition } from './prior.ts';

/** Every kind of prior, by name. */
export const priors = { gaussian } as const;

/** Options of a prior; `{ std: 1 }` alone is a Gaussian. */
export const priorSchema = z.discriminatedUnion('kind', [gaussian.schema]).default(gaussian.schema.parse({}));

export type PriorOptions = z.output<typeof priorSchema>;

/** The prior of a network's weights from its options. */
export function buildPrior(options: PriorOptions, network: Network, context: PriorContext = {}): Prior {
  const definition: PriorDefinition = priors[options.kind];
  return definition.build(options, network, context);
}

export { gaussianPrior } from './gaussian.ts';
export type { Prior, PriorContext, PriorDefinition } from './prior.ts';

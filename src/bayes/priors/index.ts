import { z } from 'zod';
import type { Network } from '../../network/index.ts';
import { empirical } from './empirical.ts';
import { gaussian } from './gaussian.ts';
import { horseshoe } from './horseshoe.ts';
import type { Prior, PriorContext, PriorDefinition } from './prior.ts';
import { scaleMixture } from './scale-mixture.ts';

/** Every kind of prior, by name. */
export const priors = { gaussian, 'scale-mixture': scaleMixture, horseshoe, empirical } as const;

/** Options of a prior; `{ std: 1 }` alone is a Gaussian. */
export const priorSchema = z
  .discriminatedUnion('kind', [gaussian.schema, scaleMixture.schema, horseshoe.schema, empirical.schema])
  .default(gaussian.schema.parse({}))
  .describe(
    "Distribution of the weights before the data: kind 'gaussian' (default, std 1), 'scale-mixture', 'horseshoe' or 'empirical' (around a first estimate).",
  );

export type PriorOptions = z.output<typeof priorSchema>;

/** The prior of a network's weights from its options. */
export function buildPrior(options: PriorOptions, network: Network, context: PriorContext = {}): Prior {
  const definition: PriorDefinition = priors[options.kind] as PriorDefinition;
  return definition.build(options, network, context);
}

export { flat } from './flat.ts';
export { gaussianPrior } from './gaussian.ts';
export type { Prior, PriorContext, PriorDefinition } from './prior.ts';

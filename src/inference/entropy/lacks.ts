import type { Posterior } from '../../bayes/index.ts';

/** Refuses posteriors of one weight vector where the noise that is added is that of the weights. */
export function lacksSpread(name: string, posterior: Pick<Posterior, 'kind'> | undefined): string | undefined {
  if (posterior?.kind !== 'point') return undefined;
  return `'${name}' adds the spread of a posterior, and a point has none; train a posterior such as 'mean-field', or choose 'frozen'`;
}

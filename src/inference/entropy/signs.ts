import type { BernoulliPosterior, Posterior } from '../../bayes/index.ts';
import type { ChipState, WeightLaw } from '../entropy.ts';

/** Refuses posteriors whose weights are no signs. */
export function lacksSigns(name: string, posterior: Pick<Posterior, 'kind'> | undefined): string | undefined {
  if (!posterior || posterior.kind === 'bernoulli') return undefined;
  return `'${name}' draws signs of binary weights and wants a Bernoulli posterior; train with the method 'bernoulli', or choose a source of normal noise`;
}

/** The law of weights that are + with these probabilities, [size]. */
export function lawOfSigns(probability: Float32Array, { posterior }: ChipState): WeightLaw {
  const { magnitude } = posterior as BernoulliPosterior;
  return {
    mean: probability.map((p, i) => (2 * p - 1) * magnitude[i]!),
    std: probability.map((p, i) => 2 * magnitude[i]! * Math.sqrt(p * (1 - p))),
  };
}

import type { BernoulliPosterior, Posterior } from '../../bayes/index.ts';
import type { Key } from '../../random/index.ts';
import { digitalReadout, weightSampler } from '../digital-weights.ts';
import type { ChipState, WeightLaw } from '../entropy.ts';
import { noEvents } from '../events.ts';
import type { Sampler } from '../sampler.ts';

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

/**
 * Samples whose signs times sizes [samples, size] come from cells: word lines are read one by one, nothing is converted, and `writes` cells are
 * pulsed for each sample.
 */
export function signSampler(key: Key, chip: ChipState, weights: Float32Array, samples: number, writes = 0): Sampler {
  const sampler = weightSampler(key, { ...chip, readout: digitalReadout(chip.readout) }, weights, samples, 0);
  const lines = chip.network.matrices.reduce((sum, { rows, positions }) => sum + rows * positions, 0);
  return {
    ...sampler,
    draw(out, rows, sample, count) {
      const { saturation } = sampler.draw(out, rows, sample, count);
      const times = count * rows.count;
      return { ...noEvents, reads: times * lines, writes: times * writes, saturation };
    },
  };
}

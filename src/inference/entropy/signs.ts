import type { BernoulliPosterior, Posterior } from '../../bayes/index.ts';
import type { Key } from '../../random/index.ts';
import { digitalReadout } from '../digital-weights.ts';
import { type DrawWeights, drawnSampler, type Hold } from '../drawn-weights.ts';
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
 * Samples whose signs times sizes come from cells: word lines are read one by one, `reads` of all layers, nothing is converted, and `writes` cells are
 * pulsed for each sample.
 */
export function signSampler(
  key: Key,
  chip: ChipState,
  draw: DrawWeights,
  how: { readonly samples: number; readonly hold: Hold },
  { reads, writes = 0 }: { readonly reads: number; readonly writes?: number },
): Sampler {
  const sampler = drawnSampler(key, { ...chip, readout: digitalReadout(chip.readout) }, draw, how);
  return {
    ...sampler,
    draw(out, rows, sample, count) {
      const { saturation } = sampler.draw(out, rows, sample, count);
      const times = count * rows.count;
      return { ...noEvents, reads: times * reads, writes: times * writes, saturation };
    },
  };
}

/** Word lines of all layers, those of a convolution as often as it has positions where each reads them. */
export const linesRead = ({ network: { matrices } }: ChipState, by: Hold): number =>
  matrices.reduce((sum, { rows, positions }) => sum + rows * (by === 'position' ? positions : 1), 0);

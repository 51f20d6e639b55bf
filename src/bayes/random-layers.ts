import type { PosteriorOptions } from './methods/index.ts';
import type { Posterior } from './posterior.ts';

/** How many layers with weights, the last ones, have random weights; 'all' too where no method was asked to leave any out. */
export type RandomLayers = 'all' | number;

/**
 * Which layers a training leaves random, of those that have weights. A posterior that is one point as a whole leaves it to the
 * cells to differ, in all layers.
 */
export function randomLayersOf(options: PosteriorOptions): RandomLayers {
  if (options.method === 'mean-field' || options.method === 'hardware-aware') return options.randomLayers;
  return options.method === 'laplace' && options.weights === 'last-layer' ? 1 : 'all';
}

/** How many of a number of matrices, the first ones, are points. */
export const pointMatrices = (matrices: number, random: RandomLayers): number =>
  random === 'all' ? 0 : Math.max(0, matrices - random);

/** Whether a posterior spreads any of its first weights. */
export function spreadsAny(posterior: Posterior, weights: number): boolean {
  switch (posterior.kind) {
    case 'point':
      return false;
    case 'moments':
      return posterior.std.subarray(0, weights).some(std => std > 0);
    case 'bernoulli':
      return posterior.probability.subarray(0, weights).some(p => p > 0 && p < 1);
    case 'samples': {
      const { samples, size } = posterior;
      return samples.some((w, at) => at % size < weights && w !== samples[at % size]);
    }
  }
}

import { posteriorMean, posteriorStd } from '../bayes/index.ts';
import type { ChipState, WeightLaw } from './entropy.ts';
import { arrayWeights } from './run-layers.ts';

/** The law of weights that are one of some copies each time, [copies, size], with the noise of their reads. */
export function lawOfCopies(
  { network, weights, variances }: Pick<ChipState, 'network' | 'weights' | 'variances'>,
  copies: number,
): WeightLaw {
  const size = arrayWeights(network);
  const mean = new Float32Array(size);
  const std = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    let square = 0;
    let read = 0;
    for (let c = 0; c < copies; c++) {
      const w = weights[c * size + i]!;
      sum += w;
      square += w * w;
      read += variances?.[c * size + i] ?? 0;
    }
    mean[i] = sum / copies;
    std[i] = Math.sqrt(Math.max(0, square / copies - (sum / copies) ** 2) + read / copies);
  }
  return { mean, std };
}

/** The trained law of the weights that lie on the arrays. */
export function trainedLaw({ network, posterior }: ChipState): WeightLaw {
  if (!posterior) throw new Error('internal: a source that holds a posterior is opened without one');
  const size = arrayWeights(network);
  return { mean: posteriorMean(posterior).subarray(0, size), std: posteriorStd(posterior).subarray(0, size) };
}

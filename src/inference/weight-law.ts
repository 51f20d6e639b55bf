import { posteriorMean, posteriorStd } from '../bayes/index.ts';
import type { ChipState, WeightLaw } from './entropy.ts';
import { arrayWeights } from './run-layers.ts';

/** The law of weights that are one of some copies each time, [copies, size], with the noise of their reads. */
export function lawOfCopies(
  { network, weights, variances, traps }: Pick<ChipState, 'network' | 'weights' | 'variances' | 'traps'>,
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
      let w = weights[c * size + i]!;
      read += variances?.[c * size + i] ?? 0;
      if (traps) {
        for (const { [c * size + i]: jump } of traps.jumps) {
          w += traps.occupied * jump!;
          read += traps.occupied * (1 - traps.occupied) * jump! ** 2;
        }
      }
      sum += w;
      square += w * w;
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

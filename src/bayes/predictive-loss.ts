import type { Pieces } from '../base/index.ts';
import type { Split } from '../data/index.ts';
import { mixtureLosses } from '../tensor/index.ts';
import { type Model, weightOf } from './model.ts';
import { visitLosses } from './row-losses.ts';

/**
 * Mean over the rows of a split, each as its class counts, of −log of the mean over weight vectors of p(answer | row, w),
 * nats: the loss of the averaged prediction. weights [samples, network.size]; `noiseStd` [targets] where the noise is homoscedastic.
 */
export function* lossInPieces(
  model: Model,
  weights: Float32Array,
  samples: number,
  split: Split,
  noiseStd?: Float64Array,
): Pieces<number> {
  let total = 0;
  let counted = 0;
  yield* visitLosses(model, weights, samples, split, noiseStd, (tape, losses, from) => {
    const { value } = mixtureLosses(tape, losses, samples);
    for (let i = 0; i < value.length; i++) {
      const weight = weightOf(model, split.labels[from + i]);
      total += weight * value[i]!;
      counted += weight;
    }
  });
  return total / counted;
}

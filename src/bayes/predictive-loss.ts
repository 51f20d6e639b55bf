import type { Split } from '../data/index.ts';
import { mixtureLoss } from '../tensor/index.ts';
import type { Model } from './model.ts';
import { visitLosses } from './row-losses.ts';

/**
 * Mean over the rows of a split of −log of the mean over weight vectors of p(answer | row, w), nats: the loss of the
 * averaged prediction. weights [samples, network.size]; `noiseStd` [targets] where the noise is homoscedastic.
 */
export function predictiveLoss(
  model: Model,
  weights: Float32Array,
  samples: number,
  split: Split,
  noiseStd?: Float64Array,
): number {
  let total = 0;
  visitLosses(model, weights, samples, split, noiseStd, (tape, losses) => {
    total += mixtureLoss(tape, losses, samples).value[0]!;
  });
  return total / split.count;
}

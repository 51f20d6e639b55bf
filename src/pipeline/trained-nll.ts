import type { Posterior } from '../bayes/index.ts';
import { type Predicted, rowLosses } from '../uncertainty/index.ts';

/** Mean negative log-likelihood of a prediction, nats, over rows that count as those of their class did in training. */
export function trainedNll(predicted: Predicted, labels: Int32Array, { info }: Pick<Posterior, 'info'>): number {
  const losses = rowLosses(predicted).nll!;
  const weights = info.classWeights as readonly number[] | undefined;
  let [total, counted] = [0, 0];
  for (let i = 0; i < losses.length; i++) {
    const weight = weights ? weights[labels[i]!]! : 1;
    total += weight * losses[i]!;
    counted += weight;
  }
  return total / counted;
}

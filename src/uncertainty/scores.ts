import type { Floats } from '../kernels/index.ts';
import { decisions } from './predictive.ts';

/** Probabilities of 0 count as this in a logarithm, as a single wrong certainty would make every mean infinite. */
const LEAST = Number.EPSILON;

/** Share of inputs whose most probable class is the label. `probabilities`: [count, classes]; `labels`: [count]. */
export function accuracy(probabilities: Floats, labels: ArrayLike<number>, classes: number): number {
  const chosen = decisions(probabilities, labels.length, classes);
  let right = 0;
  for (let n = 0; n < labels.length; n++) if (chosen[n] === labels[n]) right++;
  return right / labels.length;
}

/** Mean negative log-likelihood in nats, −ln p(label); probabilities below 2.2e-16 count as that. */
export function nll(probabilities: Floats, labels: ArrayLike<number>, classes: number): number {
  let sum = 0;
  for (let n = 0; n < labels.length; n++) sum -= Math.log(Math.max(probabilities[n * classes + labels[n]!]!, LEAST));
  return sum / labels.length;
}

/** Brier score, Σ_c (p_c − [c = label])² summed over classes, 0…2 (Brier, Mon. Weather Rev. 78, 1950). */
export function brier(probabilities: Floats, labels: ArrayLike<number>, classes: number): number {
  let sum = 0;
  for (let n = 0; n < labels.length; n++) {
    for (let c = 0; c < classes; c++) {
      const difference = probabilities[n * classes + c]! - (labels[n] === c ? 1 : 0);
      sum += difference * difference;
    }
  }
  return sum / labels.length;
}

import type { Predictive } from './predictive.ts';

/** Probabilities of 0 count as this in a logarithm, as a single wrong certainty would make every mean infinite. */
const LEAST = Number.EPSILON;

/** Negative log-likelihood of every input in nats, −ln p̄(label), [N]; probabilities below 2.2e-16 count as that. */
export function logLosses(
  { mean, classes }: Pick<Predictive, 'mean' | 'classes'>,
  labels: ArrayLike<number>,
): Float64Array {
  const out = new Float64Array(labels.length);
  for (let n = 0; n < out.length; n++) out[n] = -Math.log(Math.max(mean[n * classes + labels[n]!]!, LEAST));
  return out;
}

/** Brier score of every input, Σ_c (p̄_c − [c = label])² over classes, 0…2, [N] (Brier, Mon. Weather Rev. 78, 1950). */
export function brierLosses({ mean, classes }: Predictive, labels: ArrayLike<number>): Float64Array {
  const out = new Float64Array(labels.length);
  for (let n = 0; n < out.length; n++) {
    for (let c = 0; c < classes; c++) out[n]! += (mean[n * classes + c]! - (labels[n] === c ? 1 : 0)) ** 2;
  }
  return out;
}

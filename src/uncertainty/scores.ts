import type { Predictive } from './predictive.ts';

/** Probabilities of 0 count as this in a logarithm, as a single wrong certainty would make every mean infinite. */
const LEAST = Number.EPSILON;

/** Negative log-likelihood of every input in nats, −ln p̄(label), [N]; probabilities below 2.2e-16 count as that. */
export function logLosses({ mean, classes }: Predictive, labels: ArrayLike<number>): Float64Array {
  return Float64Array.from(labels, (label, n) => -Math.log(Math.max(mean[n * classes + label]!, LEAST)));
}

/** Brier score of every input, Σ_c (p̄_c − [c = label])² over classes, 0…2, [N] (Brier, Mon. Weather Rev. 78, 1950). */
export function brierLosses({ mean, classes }: Predictive, labels: ArrayLike<number>): Float64Array {
  return Float64Array.from(labels, (label, n) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += (mean[n * classes + c]! - (label === c ? 1 : 0)) ** 2;
    return sum;
  });
}

import type { ClassPredicted } from './class-predicted.ts';
import type { RegressionPredicted } from './regression-predicted.ts';

/** A prediction with the answers it is judged by. */
export type Predicted = ClassPredicted | RegressionPredicted;

/**
 * Losses by input, [count] each: `nll`, `brier` and `error` (1 where the decision is wrong) of classes, `nll` and
 * `squaredError` of real targets.
 */
export function rowLosses(given: Predicted): Record<string, Float64Array> {
  return { ...given.losses };
}

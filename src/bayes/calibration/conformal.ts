import { insist, tied } from '../../base/index.ts';

/**
 * Split conformal prediction: sets and intervals that hold the answer with probability ≥ 1 − miss on average over
 * exchangeable data, whatever the model: Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World, 2005;
 * Angelopoulos & Bates, arXiv 2107.07511, section 1.
 */

/** The ⌈(n + 1)(1 − miss)⌉-th smallest score; Infinity where n is too small to promise anything. */
export function conformalThreshold(scores: Float64Array, miss: number): number {
  insist(miss > 0 && miss < 1, `miss: must be between 0 and 1, got ${miss}.`);
  const rank = Math.ceil((scores.length + 1) * (1 - miss));
  return rank > scores.length ? Number.POSITIVE_INFINITY : scores.slice().sort()[rank - 1]!;
}

/** Scores 1 − p(label) of rows kept out of training: probabilities [labels.length, classes]. */
export function classScores(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  return Float64Array.from(labels, (label, i) => 1 - probabilities[i * classes + label]!);
}

/** Whether an answer of this score is inside: scores that equal the threshold but for rounding are. */
export function withinThreshold(score: number, threshold: number): boolean {
  return score <= threshold || tied(score, threshold);
}

/** 1 where a class belongs to a row's set: probabilities [rows, classes] → [rows, classes]. */
export function predictionSets(probabilities: ArrayLike<number>, threshold: number): Uint8Array {
  return Uint8Array.from(probabilities, p => (withinThreshold(1 - p, threshold) ? 1 : 0));
}

/** Scores |target − mean|/std of rows kept out of training; intervals are mean ± threshold·std. */
export function intervalScores(
  mean: ArrayLike<number>,
  std: ArrayLike<number>,
  targets: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(targets, (y, i) => Math.abs(y - mean[i]!) / std[i]!);
}

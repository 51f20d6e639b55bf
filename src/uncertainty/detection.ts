import { type Ranked, ranked } from './ranked.ts';

/** How well a score tells positives (errors, unseen inputs) from negatives. */
export interface Detection {
  /** Area under the receiver operating characteristic: P(score of a positive > that of a negative), ties counting half. */
  readonly auroc: number;
  /** Area under precision over recall, as average precision Σ (R_k − R_{k−1}) P_k over distinct thresholds. */
  readonly aupr: number;
  /** Share of negatives above the highest threshold that still finds 95 % of the positives. */
  readonly fpr95: number;
}

/**
 * Judges `scores` ([N], larger means more suspicious) against `positives` ([N], 1 or 0). Scores that are equal but for rounding are one threshold (`ranked`), so the order of the
 * inputs does not matter; the area uses midranks (Hanley and McNeil, Radiology 143, 1982). NaN where there is no positive
 * or no negative, as then there is nothing to tell apart.
 */
export function detection(
  scores: ArrayLike<number>,
  positives: ArrayLike<number>,
  { order, starts }: Ranked = ranked(scores),
): Detection {
  let hits = 0;
  let misses = 0;
  for (let n = 0; n < order.length; n++) {
    if (positives[n]) hits++;
    else misses++;
  }
  if (hits === 0 || misses === 0) return { auroc: Number.NaN, aupr: Number.NaN, fpr95: Number.NaN };

  let found = 0;
  let alarms = 0;
  let area = 0;
  let precision = 0;
  for (let g = starts.length - 2; g >= 0; g--) {
    let group = 0;
    let others = 0;
    for (let k = starts[g]!; k < starts[g + 1]!; k++) {
      if (positives[order[k]!]) group++;
      else others++;
    }
    area += others * (found + group / 2);
    found += group;
    alarms += others;
    if (group > 0) precision += (group / hits) * (found / (found + alarms));
  }
  const fpr95 = falseAlarms(positives, { order, starts });
  return { auroc: area / (hits * misses), aupr: precision, fpr95 };
}

/**
 * Share of negatives above the highest threshold that still finds 95 % of the positives, where input n counts `weights[n]`
 * times, once by default.
 */
export function falseAlarms(
  positives: ArrayLike<number>,
  { order, starts }: Ranked,
  weights?: ArrayLike<number>,
): number {
  let hits = 0;
  let misses = 0;
  for (let n = 0; n < order.length; n++) {
    const weight = weights ? weights[n]! : 1;
    if (positives[n]) hits += weight;
    else misses += weight;
  }
  let found = 0;
  let alarms = 0;
  for (let g = starts.length - 2; g >= 0 && 20 * found < 19 * hits; g--) {
    for (let k = starts[g]!; k < starts[g + 1]!; k++) {
      const n = order[k]!;
      const weight = weights ? weights[n]! : 1;
      if (positives[n]) found += weight;
      else alarms += weight;
    }
  }
  return alarms / misses;
}

/** Unseen inputs are the positives: `seen` and `unseen` are their scores. */
export function unseenDetection(seen: ArrayLike<number>, unseen: ArrayLike<number>): Detection {
  const { scores, positives } = strangersAmong(seen, unseen);
  return detection(scores, positives);
}

/** Scores of seen and unseen inputs one after the other, the unseen ones as positives. */
export function strangersAmong(seen: ArrayLike<number>, unseen: ArrayLike<number>) {
  const scores = new Float64Array(seen.length + unseen.length);
  scores.set(seen, 0);
  scores.set(unseen, seen.length);
  return { scores, positives: new Float64Array(scores.length).fill(1, seen.length) };
}

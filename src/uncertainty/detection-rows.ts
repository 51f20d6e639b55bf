import type { Detection } from './detection.ts';
import type { Ranked } from './ranked.ts';

/** Of the areas: numbers per input, [N]. */
export type DetectionRows = Readonly<Record<'auroc' | 'aupr', Float64Array>>;

/**
 * Numbers per input whose mean is each area to first order; of that under the receiver operating characteristic these are the
 * placement values of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988). `share`: inputs that a positive and a negative
 * stand for: N/positives and N/negatives in one sample, 1 where either kind is a sample of its own.
 */
export function detectionRows(
  { auroc, aupr }: Detection,
  positives: ArrayLike<number>,
  { order, starts }: Ranked,
  share: { readonly positive: number; readonly negative: number },
): DetectionRows {
  const rows = { auroc: new Float64Array(order.length), aupr: new Float64Array(order.length) };
  let hits = 0;
  for (let n = 0; n < order.length; n++) if (positives[n]) hits++;
  const misses = order.length - hits;
  // Positives and negatives that are at least as suspicious as the group at hand.
  let found = hits;
  let alarms = misses;
  // What one more positive, or one more negative, that is as suspicious as the group does to precision at it and below.
  let moreFound = 0;
  let moreAlarms = 0;
  for (let g = 0; g + 1 < starts.length; g++) {
    let own = 0;
    for (let k = starts[g]!; k < starts[g + 1]!; k++) if (positives[order[k]!]) own++;
    const others = starts[g + 1]! - starts[g]! - own;
    const answered = found + alarms;
    moreFound += (own * alarms) / answered ** 2;
    moreAlarms += (own * found) / answered ** 2;
    const positive = {
      auroc: auroc + share.positive * ((misses - alarms + others / 2) / misses - auroc),
      aupr: aupr + share.positive * (found / answered - aupr + moreFound),
    };
    const negative = {
      auroc: auroc + share.negative * ((found - own / 2) / hits - auroc),
      aupr: aupr - share.negative * (misses / hits) * moreAlarms,
    };
    for (let k = starts[g]!; k < starts[g + 1]!; k++) {
      const n = order[k]!;
      const found = positives[n] ? positive : negative;
      rows.auroc[n] = found.auroc;
      rows.aupr[n] = found.aupr;
    }
    found -= own;
    alarms -= others;
  }
  return rows;
}

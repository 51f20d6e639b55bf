import { ranked } from './ranked.ts';

/** Risk on the inputs that are answered, when the least certain are left unanswered. */
export interface RiskCoverage {
  /** Mean of the risk over all coverages 1/N, 2/N, …, 1: smaller is better. */
  readonly area: number;
  /** Shares of inputs answered, rising to 1. */
  readonly coverage: readonly number[];
  /** Mean loss of those. */
  readonly risk: readonly number[];
}

/**
 * Orders inputs by `uncertainty` ([N], least first) and follows the mean of `loss` ([N]: 1 for a wrong decision, or a
 * squared error) as more of them are answered (El-Yaniv and Wiener, JMLR 11, 2010; area as in Geifman et al., ICLR 2019).
 * Inputs of equal uncertainty (`ranked`) contribute their mean loss each, the expectation over their orders. The curve is given at
 * `points` coverages (50 by default) and does not depend on N otherwise.
 */
export function riskCoverage(uncertainty: ArrayLike<number>, loss: ArrayLike<number>, points = 50): RiskCoverage {
  const count = uncertainty.length;
  const { order, starts } = ranked(uncertainty);
  const cumulative = new Float64Array(count + 1);
  let area = 0;
  for (let g = 0; g + 1 < starts.length; g++) {
    const [first, next] = [starts[g]!, starts[g + 1]!];
    let sum = 0;
    for (let k = first; k < next; k++) sum += loss[order[k]!]!;
    for (let k = first; k < next; k++) {
      cumulative[k + 1] = cumulative[k]! + sum / (next - first);
      area += cumulative[k + 1]! / (k + 1);
    }
  }
  const coverage: number[] = [];
  const risk: number[] = [];
  for (let i = 1; i <= points; i++) {
    const answered = Math.max(1, (i * count) / points);
    const k = Math.floor(answered);
    const next = cumulative[Math.min(k + 1, count)]!;
    coverage.push(answered / count);
    risk.push((cumulative[k]! + (answered - k) * (next - cumulative[k]!)) / answered);
  }
  return { area: area / count, coverage, risk };
}

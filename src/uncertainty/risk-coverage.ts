import { type Ranked, ranked } from './ranked.ts';

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
export function riskCoverage(
  uncertainty: ArrayLike<number>,
  loss: ArrayLike<number>,
  points = 50,
  { order, starts }: Ranked = ranked(uncertainty),
): RiskCoverage {
  const count = uncertainty.length;
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

/**
 * Numbers per input whose mean is the area to first order: the area, and what a copy of the input would change it by, N times.
 * A copy adds one more place with the risk that is there, and its loss to the risk at every later place.
 */
export function areaRows(
  loss: ArrayLike<number>,
  { order, starts }: Ranked,
  { area }: Pick<RiskCoverage, 'area'>,
): Float64Array {
  const count = order.length;
  // Over the places after the first k: Σ 1/(place + 1) and Σ risk/(place + 1).
  const places = new Float64Array(count + 1);
  const risks = new Float64Array(count + 1);
  const before = new Float64Array(starts.length);
  for (let g = 0; g + 1 < starts.length; g++) {
    before[g + 1] = before[g]!;
    for (let k = starts[g]!; k < starts[g + 1]!; k++) before[g + 1]! += loss[order[k]!]!;
  }
  const rows = new Float64Array(count);
  for (let g = starts.length - 2; g >= 0; g--) {
    const [first, next] = [starts[g]!, starts[g + 1]!];
    const size = next - first;
    const sum = before[g + 1]! - before[g]!;
    for (let k = next - 1; k >= first; k--) {
      const risk = (before[g]! + ((k + 1 - first) * sum) / size) / (k + 1);
      places[k] = places[k + 1]! + 1 / (k + 2);
      risks[k] = risks[k + 1]! + risk / (k + 2);
    }
    // Risks of the group's places with a copy of loss l are known + slope·l, the last one being new.
    let known = 0;
    let slope = 0;
    for (let i = 1; i <= size + 1; i++) {
      known += (before[g]! + (i * sum) / (size + 1)) / (first + i);
      slope += i / (size + 1) / (first + i);
      if (i <= size) known -= (before[g]! + (i * sum) / size) / (first + i);
    }
    for (let k = first; k < next; k++) {
      const own = loss[order[k]!]!;
      rows[order[k]!] = known + slope * own + own * places[next]! - risks[next]!;
    }
  }
  // Copies of all inputs together leave the area as it is but for 1/N.
  const mean = rows.reduce((total, x) => total + x, 0) / count;
  return rows.map(x => area + x - mean);
}

import { normalQuantile } from '../../random/index.ts';

/**
 * Convergence of chains: Vehtari, Gelman, Simpson, Carpenter & Bürkner, Rank-normalization, folding, and localization:
 * an improved R-hat for assessing convergence of MCMC, Bayesian Analysis 16(2), 2021.
 *
 * `draws` are [chains, count] values of one quantity, chains in a row.
 */

/** Rank-normalised split R-hat: the larger of that of the values and that of their distances from the median. NaN where constant, infinite where constant in every chain. */
export function rhat(draws: Float64Array, chains: number): number {
  const { values, chains: halves } = splitChains(draws, chains);
  const median = quantile(values, 0.5);
  const folded = values.map(x => Math.abs(x - median));
  const found = [values, folded].map(x => plainRhat(rankNormalise(x), halves)).filter(r => !Number.isNaN(r));
  return found.length > 0 ? Math.max(...found) : Number.NaN;
}

/** Effective sample size for the centre of the distribution. NaN where constant. */
export function bulkEss(draws: Float64Array, chains: number): number {
  const { values, chains: halves } = splitChains(draws, chains);
  return ess(rankNormalise(values), halves);
}

/** Effective sample size for the 5 % and 95 % quantiles, the smaller of the two. NaN where constant. */
export function tailEss(draws: Float64Array, chains: number): number {
  const { values, chains: halves } = splitChains(draws, chains);
  const below = (share: number) => {
    const limit = quantile(values, share);
    return ess(
      values.map(x => (x <= limit ? 1 : 0)),
      halves,
    );
  };
  return Math.min(below(0.05), below(0.95));
}

/** Energy Bayesian fraction of missing information of one chain: Betancourt, arXiv 1604.00695; below 0.3 is a warning. */
export function energyFraction(energy: Float64Array): number {
  let mean = 0;
  for (const e of energy) mean += e / energy.length;
  let changes = 0;
  let variance = 0;
  for (let i = 0; i < energy.length; i++) {
    variance += (energy[i]! - mean) ** 2;
    if (i > 0) changes += (energy[i]! - energy[i - 1]!) ** 2;
  }
  return changes / variance;
}

/** Every chain cut in two; the middle draw of an odd number is dropped. */
function splitChains(draws: Float64Array, chains: number): { values: Float64Array; chains: number } {
  const count = draws.length / chains;
  const half = Math.floor(count / 2);
  const values = new Float64Array(2 * chains * half);
  for (let chain = 0; chain < chains; chain++) {
    const from = chain * count;
    values.set(draws.subarray(from, from + half), 2 * chain * half);
    values.set(draws.subarray(from + count - half, from + count), (2 * chain + 1) * half);
  }
  return { values, chains: 2 * chains };
}

/** Normal scores of the ranks, ties at their mean rank. */
function rankNormalise(values: Float64Array): Float64Array {
  const n = values.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const scores = new Float64Array(n);
  for (let from = 0; from < n; ) {
    let to = from + 1;
    while (to < n && values[order[to]!] === values[order[from]!]) to++;
    const score = normalQuantile(((from + to + 1) / 2 - 0.375) / (n + 0.25));
    for (let i = from; i < to; i++) scores[order[i]!] = score;
    from = to;
  }
  return scores;
}

function quantile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  const place = share * (sorted.length - 1);
  const i = Math.min(sorted.length - 2, Math.floor(place));
  return sorted[i]! + (place - i) * (sorted[i + 1]! - sorted[i]!);
}

interface ChainMoments {
  readonly means: Float64Array;
  readonly within: number;
  /** Variance estimate from within and between chains together. */
  readonly total: number;
}

function chainMoments(values: Float64Array, chains: number): ChainMoments {
  const n = values.length / chains;
  const means = new Float64Array(chains);
  let within = 0;
  let grand = 0;
  for (let c = 0; c < chains; c++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += values[c * n + i]!;
    mean /= n;
    means[c] = mean;
    grand += mean / chains;
    let squares = 0;
    for (let i = 0; i < n; i++) squares += (values[c * n + i]! - mean) ** 2;
    within += squares / (n - 1) / chains;
  }
  let between = 0;
  for (let c = 0; c < chains; c++) between += (means[c]! - grand) ** 2;
  if (chains > 1) between /= chains - 1;
  return { means, within, total: (within * (n - 1)) / n + between };
}

function plainRhat(values: Float64Array, chains: number): number {
  const { within, total } = chainMoments(values, chains);
  return total > 0 ? Math.sqrt(total / within) : Number.NaN;
}

/** Geyer's initial monotone sequence over the autocorrelation combined from all chains (section 3 of the paper). */
function ess(values: Float64Array, chains: number): number {
  const n = values.length / chains;
  const { means, within, total } = chainMoments(values, chains);
  if (!(within > 0) || n < 4) return Number.NaN;
  const correlation = (lag: number) => {
    let covariance = 0;
    for (let c = 0; c < chains; c++) {
      const from = c * n;
      let products = 0;
      for (let i = 0; i + lag < n; i++)
        products += (values[from + i]! - means[c]!) * (values[from + i + lag]! - means[c]!);
      covariance += products / n / chains;
    }
    return 1 - (within - covariance) / total;
  };
  let even = 1;
  let odd = correlation(1);
  let previous = even + odd;
  let time = -1 + 2 * previous;
  let lag = 2;
  for (; lag < n - 2; lag += 2) {
    even = correlation(lag);
    odd = correlation(lag + 1);
    if (even + odd < 0) break;
    const pair = Math.min(previous, even + odd);
    time += 2 * pair;
    previous = pair;
  }
  if (even > 0) time += even;
  const most = chains * n;
  return most / Math.max(time, 1 / Math.log10(most));
}

import { insist } from '../../base/index.ts';
import { upperGamma } from '../../random/index.ts';

/** Whether ranks of true values among posterior draws are uniform, as they are where the posterior is right. */
export interface Uniformity {
  /** Ranks in each bin, over all quantities. */
  readonly counts: Float64Array;
  /** Largest χ² of one quantity, and the probability of one so large among all of them (Bonferroni: holds however they depend). */
  readonly chi2: number;
  readonly p: number;
}

/**
 * `ranks` [runs, quantities], each 0 … draws, in an odd number of `bins` that divides draws + 1.
 * Talts, Betancourt, Simpson, Vehtari & Gelman, Validating Bayesian inference algorithms with simulation-based
 * calibration, arXiv 1804.06788.
 */
export function uniformity(ranks: ArrayLike<number>, quantities: number, draws: number, bins: number): Uniformity {
  insist(
    bins % 2 === 1 && (draws + 1) % bins === 0,
    `bins: must be odd and divide draws + 1 = ${draws + 1}, got ${bins}.`,
  );
  const runs = ranks.length / quantities;
  const expected = runs / bins;
  const counts = new Float64Array(bins);
  const own = new Float64Array(bins);
  let chi2 = 0;
  for (let q = 0; q < quantities; q++) {
    own.fill(0);
    for (let r = 0; r < runs; r++) own[Math.floor((ranks[r * quantities + q]! * bins) / (draws + 1))]!++;
    let total = 0;
    for (let b = 0; b < bins; b++) {
      counts[b]! += own[b]!;
      total += (own[b]! - expected) ** 2 / expected;
    }
    chi2 = Math.max(chi2, total);
  }
  return { counts, chi2, p: Math.min(1, quantities * upperGamma((bins - 1) / 2, chi2 / 2)) };
}

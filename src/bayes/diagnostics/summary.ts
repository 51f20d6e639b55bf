import type { Posterior } from '../posterior.ts';
import { bulkEss, rhat, tailEss } from './convergence.ts';

/** The worst over a set of quantities. */
export interface ConvergenceSummary {
  readonly rhatMax: number;
  readonly bulkEssMin: number;
  readonly tailEssMin: number;
  /** Quantities looked at; those that never change are left out. */
  readonly quantities: number;
}

/** Convergence of several quantities: `values` [draws, quantities], chains in a row. */
export function summariseChains(values: ArrayLike<number>, quantities: number, chains: number): ConvergenceSummary {
  const count = values.length / quantities;
  const one = new Float64Array(count);
  let rhatMax = Number.NaN;
  let bulkEssMin = Number.NaN;
  let tailEssMin = Number.NaN;
  let seen = 0;
  const worse = (a: number, b: number, most: boolean) => (Number.isNaN(a) || (most ? b > a : b < a) ? b : a);
  for (let q = 0; q < quantities; q++) {
    for (let d = 0; d < count; d++) one[d] = values[d * quantities + q]!;
    const r = rhat(one, chains);
    if (Number.isNaN(r)) continue;
    seen++;
    rhatMax = worse(rhatMax, r, true);
    bulkEssMin = worse(bulkEssMin, bulkEss(one, chains), false);
    tailEssMin = worse(tailEssMin, tailEss(one, chains), false);
  }
  return { rhatMax, bulkEssMin, tailEssMin, quantities: seen };
}

export interface PosteriorDiagnostics {
  /** Of the weights. Networks have symmetries (units may swap, signs may flip), so this is the stricter view. */
  readonly weights: ConvergenceSummary;
  /** Of the predictions, which is what counts where weights are not identified; null where none were given. */
  readonly predictions: ConvergenceSummary | null;
  /** Trajectories that diverged; NaN where the sampler follows none. */
  readonly divergences: number;
  /** Least energy fraction of the chains; below 0.3 the energy is explored too slowly; NaN where the sampler has no energy. */
  readonly energyFractionMin: number;
}

/**
 * Convergence of a posterior's draws; null for posteriors that are not draws. `predictions` [count, quantities] are
 * any functions of each draw, such as class probabilities of some inputs.
 */
export function posteriorDiagnostics(
  posterior: Posterior,
  predictions?: { readonly values: ArrayLike<number>; readonly quantities: number },
): PosteriorDiagnostics | null {
  if (posterior.kind !== 'samples') return null;
  const { samples, size, chains, info } = posterior;
  return {
    weights: summariseChains(samples, size, chains),
    predictions: predictions ? summariseChains(predictions.values, predictions.quantities, chains) : null,
    divergences: Number(info.divergences ?? Number.NaN),
    energyFractionMin: Math.min(...((info.energyFraction as number[] | undefined) ?? [Number.NaN])),
  };
}

import { type Table, tableValue } from '../tensor/index.ts';

/** A one-dimensional Gaussian mixture whose widths are a function of the means. */
export interface Mixture {
  readonly share: Float64Array;
  readonly mean: Float64Array;
  readonly std: Float64Array;
}

/** Draws beyond this number are stood in for by as many evenly spaced quantiles, which hold one dimension as well. */
const mostPoints = 128;

/** Log of a share of a point that is counted as none: e⁻³⁶ is the rounding error of 1. */
const negligible = -36;

/** Move of all means in a round, as a share of their widths, below which the fit is done. */
const settled = 1e-4;

/**
 * Fits a mixture to `samples` by expectation–maximisation in at most so many rounds, with every component's width tied to the
 * device: σ_k = width(μ_k) (Dalgaty21). Starts from evenly spaced quantiles, so that it needs no random number.
 */
export function fitMixture(samples: Float64Array, components: number, iterations: number, width: Table): Mixture {
  const all = samples.toSorted();
  const count = Math.min(all.length, mostPoints);
  const sorted = Float64Array.from({ length: count }, (_, i) => quantile(all, (i + 0.5) / count));
  const mean = Float64Array.from({ length: components }, (_, k) => quantile(sorted, (k + 0.5) / components));
  const share = new Float64Array(components).fill(1 / components);
  const std = mean.map(m => tableValue(width, m));
  const mixture = { share, mean, std };
  const weight = new Float64Array(components);
  const total = new Float64Array(components);
  const moment = new Float64Array(components);
  for (let round = 0, moved = 1; round < iterations && moved > settled; round++) {
    total.fill(1e-9);
    moment.fill(0);
    const logShare = share.map((p, k) => Math.log(p + 1e-300) - Math.log(std[k]!));
    const precision = std.map(s => 0.5 / (s * s));
    for (let s = 0; s < count; s++) {
      const x = sorted[s]!;
      let top = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < components; k++) {
        const d = x - mean[k]!;
        const log = logShare[k]! - precision[k]! * d * d;
        weight[k] = log;
        if (log > top) top = log;
      }
      let sum = 0;
      for (let k = 0; k < components; k++) {
        const below = weight[k]! - top;
        weight[k] = below < negligible ? 0 : Math.exp(below);
        sum += weight[k]!;
      }
      for (let k = 0; k < components; k++) {
        const part = weight[k]! / sum;
        total[k]! += part;
        moment[k]! += part * x;
      }
    }
    moved = 0;
    for (let k = 0; k < components; k++) {
      const before = mean[k]!;
      if (total[k]! > 1e-6) mean[k] = moment[k]! / total[k]!;
      moved = Math.max(moved, Math.abs(mean[k]! - before) / std[k]!);
      share[k] = total[k]! / count;
      std[k] = tableValue(width, mean[k]!);
    }
  }
  return mixture;
}

/** The component with the largest share in having made `x`. */
export function mostResponsible({ share, mean, std }: Mixture, x: number): number {
  let best = 0;
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < share.length; k++) {
    const z = (x - mean[k]!) / std[k]!;
    const log = Math.log(share[k]! + 1e-300) - Math.log(std[k]!) - 0.5 * z * z;
    if (log > top) {
      top = log;
      best = k;
    }
  }
  return best;
}

function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

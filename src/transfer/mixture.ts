import { kernels } from '../kernels/index.ts';
import { type Table, tableValue } from '../tensor/index.ts';

/** A one-dimensional Gaussian mixture whose widths are a function of the means. */
export interface Mixture {
  readonly share: Float64Array;
  readonly mean: Float64Array;
  readonly std: Float64Array;
}

/** Draws beyond this number are stood in for by as many evenly spaced quantiles, which hold one dimension as well. */
const mostPoints = 512;

/**
 * Fits a mixture to `samples` by expectation–maximisation, with every component's width tied to the device:
 * σ_k = width(μ_k) (Dalgaty21). Starts from evenly spaced quantiles, so that it needs no random number.
 */
export function fitMixture(samples: Float64Array, components: number, iterations: number, width: Table): Mixture {
  const all = samples.toSorted();
  const count = Math.min(all.length, mostPoints);
  const sorted = Float64Array.from({ length: count }, (_, i) => quantile(all, (i + 0.5) / count));
  const mean = Float64Array.from({ length: components }, (_, k) => quantile(sorted, (k + 0.5) / components));
  const share = new Float64Array(components).fill(1 / components);
  const std = mean.map(m => tableValue(width, m));
  const mixture = { share, mean, std };
  const weight = new Float64Array(count * components);
  const level = new Float64Array(components);
  const precision = new Float64Array(components);
  for (let round = 0; round < iterations; round++) {
    for (let k = 0; k < components; k++) {
      level[k] = Math.log(share[k]! + 1e-300) - Math.log(std[k]!);
      precision[k] = 0.5 / (std[k]! * std[k]!);
    }
    for (let s = 0, at = 0; s < count; s++) {
      for (let k = 0; k < components; k++, at++) {
        const d = sorted[s]! - mean[k]!;
        weight[at] = level[k]! - precision[k]! * d * d;
      }
    }
    kernels().logSoftmax(weight, weight, count, components);
    kernels().unary('exp', weight, weight);
    for (let k = 0; k < components; k++) {
      let total = 1e-9;
      let moment = 0;
      for (let s = 0, at = k; s < count; s++, at += components) {
        total += weight[at]!;
        moment += weight[at]! * sorted[s]!;
      }
      if (total > 1e-6) mean[k] = moment / total;
      share[k] = total / count;
      std[k] = tableValue(width, mean[k]!);
    }
  }
  return mixture;
}

/** Share of each component in having made `x`, written to `out`. */
export function responsibilities(out: Float64Array, { share, mean, std }: Mixture, x: number): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < out.length; k++) {
    const z = (x - mean[k]!) / std[k]!;
    out[k] = Math.log(share[k]! + 1e-300) - Math.log(std[k]!) - 0.5 * z * z;
    if (out[k]! > top) top = out[k]!;
  }
  let total = 0;
  for (let k = 0; k < out.length; k++) {
    out[k] = Math.exp(out[k]! - top);
    total += out[k]!;
  }
  for (let k = 0; k < out.length; k++) out[k]! /= total;
}

function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

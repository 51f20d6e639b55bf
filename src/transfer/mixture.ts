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
  const weight = new Float64Array(components);
  const total = new Float64Array(components);
  const moment = new Float64Array(components);
  const level = new Float64Array(components);
  for (let round = 0; round < iterations; round++) {
    total.fill(1e-9);
    moment.fill(0);
    levels(level, mixture);
    for (let s = 0; s < count; s++) {
      responsibilitiesAt(weight, mixture, level, sorted[s]!);
      for (let k = 0; k < components; k++) {
        total[k]! += weight[k]!;
        moment[k]! += weight[k]! * sorted[s]!;
      }
    }
    for (let k = 0; k < components; k++) {
      if (total[k]! > 1e-6) mean[k] = moment[k]! / total[k]!;
      share[k] = total[k]! / count;
      std[k] = tableValue(width, mean[k]!);
    }
  }
  return mixture;
}

/** Share of each component in having made `x`, written to `out`. */
export function responsibilities(out: Float64Array, mixture: Mixture, x: number): void {
  responsibilitiesAt(out, mixture, levels(new Float64Array(out.length), mixture), x);
}

/** ln (share / σ) of each component, written to `out`. */
function levels(out: Float64Array, { share, std }: Mixture): Float64Array {
  for (let k = 0; k < out.length; k++) out[k] = Math.log(share[k]! + 1e-300) - Math.log(std[k]!);
  return out;
}

function responsibilitiesAt(out: Float64Array, { mean, std }: Mixture, level: Float64Array, x: number): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < out.length; k++) {
    const z = (x - mean[k]!) / std[k]!;
    const value = level[k]! - 0.5 * z * z;
    out[k] = value;
    if (value > top) top = value;
  }
  let total = 0;
  for (let k = 0; k < out.length; k++) {
    const value = Math.exp(out[k]! - top);
    out[k] = value;
    total += value;
  }
  for (let k = 0; k < out.length; k++) out[k]! /= total;
}

function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

import { fillNormal, type Key } from '../../random/index.ts';
import { logDensity } from '../density.ts';
import type { Model } from '../model.ts';
import type { MomentPosterior } from '../posterior.ts';

/**
 * Shape k̂ of the generalised Pareto tail of importance ratios, given their logs. Below 0.7 importance sampling with
 * that many draws works; above, the proposal is too far from the target. Vehtari, Simpson, Gelman, Yao & Gabry, Pareto
 * smoothed importance sampling, JMLR 25, 2024; fit by Zhang & Stephens, Technometrics 51, 2009, with the prior of the
 * former's appendix.
 */
export function paretoShape(logRatios: Float64Array): number {
  const n = logRatios.length;
  const tail = Math.min(Math.floor(0.2 * n), Math.ceil(3 * Math.sqrt(n)));
  if (tail < 5) return Number.NaN;
  const sorted = logRatios.slice().sort();
  const top = sorted[n - 1]!;
  const cut = Math.exp(sorted[n - tail - 1]! - top);
  return generalisedPareto(sorted.subarray(n - tail).map(x => Math.exp(x - top) - cut));
}

/** Shape fitted to ascending exceedances. */
function generalisedPareto(x: Float64Array): number {
  const n = x.length;
  const count = 30 + Math.floor(Math.sqrt(n));
  const quarter = x[Math.floor(n / 4 + 0.5) - 1]!;
  const profile = (b: number) => {
    let k = 0;
    for (let i = 0; i < n; i++) k += Math.log1p(-b * x[i]!) / n;
    return k;
  };
  const b = Float64Array.from(
    { length: count },
    (_, j) => (1 - Math.sqrt(count / (j + 0.5))) / (3 * quarter) + 1 / x[n - 1]!,
  );
  const likelihood = b.map(value => {
    const k = profile(value);
    return n * (Math.log(-value / k) - k - 1);
  });
  let mean = 0;
  for (let j = 0; j < count; j++) {
    let total = 0;
    for (let i = 0; i < count; i++) total += Math.exp(likelihood[i]! - likelihood[j]!);
    mean += b[j]! / total;
  }
  return (n * profile(mean) + 5) / (n + 10);
}

/**
 * k̂ of a Gaussian posterior against the exact one: whether the approximation can be trusted (Yao, Vehtari, Simpson &
 * Gelman, Yes, but did it work?, ICML 2018). Learned noise is held at its estimate.
 */
export function posteriorParetoShape(model: Model, posterior: MomentPosterior, key: Key, draws = 1000): number {
  const density = logDensity(model);
  const gradient = new Float64Array(model.size);
  const position = new Float64Array(model.size);
  const z = fillNormal(key, new Float64Array(draws * posterior.size));
  const learned = model.size - posterior.size;
  for (let j = 0; j < learned; j++) position[posterior.size + j] = Math.log(posterior.noiseStd![j]!);
  const ratios = new Float64Array(draws);
  for (let s = 0; s < draws; s++) {
    let log = 0;
    for (let i = 0; i < posterior.size; i++) {
      const draw = z[s * posterior.size + i]!;
      position[i] = posterior.mean[i]! + posterior.std[i]! * draw;
      log -= 0.5 * draw * draw + Math.log(posterior.std[i]!);
    }
    ratios[s] = density.evaluate(gradient, position) - log;
  }
  return paretoShape(ratios);
}

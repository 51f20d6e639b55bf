import { inTurns, type Job, jobOf } from '../../base/index.ts';
import type { Key } from '../../random/index.ts';
import { drawWeights } from '../draw.ts';
import { type Model, weightOf } from '../model.ts';
import type { MomentPosterior } from '../posterior.ts';
import { multiplyAdds, visitLosses } from '../row-losses.ts';

/**
 * Shape k̂ of the generalised Pareto tail of importance ratios, given their logs. Below 0.7 importance sampling with
 * that many draws works; above, the proposal is too far from the target. Ratios too far apart for exceedances to be
 * numbers are judged by the mean of their logs (Hill, Annals of Statistics 3(5), 1975). Vehtari, Simpson, Gelman, Yao & Gabry, Pareto
 * smoothed importance sampling, JMLR 25, 2024; fit by Zhang & Stephens, Technometrics 51, 2009, with the prior of the
 * former's appendix.
 */
export function paretoShape(logRatios: Float64Array): number {
  const n = logRatios.length;
  const tail = Math.min(Math.floor(0.2 * n), Math.ceil(3 * Math.sqrt(n)));
  if (tail < 5) return Number.NaN;
  const sorted = logRatios.slice().sort();
  const top = sorted[n - 1]!;
  const cut = sorted[n - tail - 1]!;
  const beyond = sorted.subarray(n - tail);
  const exceedances = beyond.map(x => Math.exp(x - top) - Math.exp(cut - top));
  if (exceedances[Math.floor(tail / 4)]! > 0) return generalisedPareto(exceedances);
  return top > cut ? beyond.reduce((total, x) => total + (x - cut) / tail, 0) : Number.NaN;
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

/** Draws that are compared, at least and at most, and multiply-adds that they may take together. */
const fewest = 100;
const most = 1000;
const affordable = 5e10;

/** Draws predicted with at once, at most, and their weights and multiply-adds between two turns for others. */
const together = 32;
const weightsAtOnce = 1 << 19;
const piece = 2e8;

/**
 * k̂ of a Gaussian posterior against the exact one: whether the approximation can be trusted (Yao, Vehtari, Simpson &
 * Gelman, Yes, but did it work?, ICML 2018). Learned noise is held at its estimate. From 1000 draws, fewer for large
 * models; NaN where even 100 would take more than 5e10 multiply-adds, or a weight has no spread.
 */
export async function posteriorParetoShape(
  key: Key,
  model: Model,
  posterior: MomentPosterior,
  job: Job = jobOf(),
): Promise<number> {
  const { network, prior, train } = model;
  const { size, mean, std, noiseStd } = posterior;
  const perRow = multiplyAdds(network);
  const draws = Math.min(most, Math.floor(affordable / (train.count * perRow)));
  if (draws < fewest || std.some(s => !(s > 0))) return Number.NaN;
  const ratios = new Float64Array(draws);
  const affordableAtOnce = Math.min(piece / (train.count * perRow), weightsAtOnce / size);
  const several = Math.max(1, Math.min(together, Math.floor(affordableAtOnce)));
  for (let from = 0; from < draws; from += several) {
    const samples = Math.min(several, draws - from);
    const part = drawWeights(key, posterior, samples, from);
    for (let s = 0; s < samples; s++) {
      const own = part.subarray(s * size, (s + 1) * size);
      let log = prior.add(null, own);
      for (let i = 0; i < size; i++) {
        const z = (own[i]! - mean[i]!) / std[i]!;
        log += 0.5 * z * z;
      }
      ratios[from + s] = log;
    }
    const visits = visitLosses(model, part, samples, train, noiseStd, (_tape, { value }, row) => {
      const rows = value.length / samples;
      for (let i = 0; i < rows; i++) {
        const weight = weightOf(model, train.labels[row + i]);
        for (let s = 0; s < samples; s++) ratios[from + s]! -= weight * value[s * rows + i]!;
      }
    });
    await inTurns(visits, job);
  }
  return paretoShape(ratios);
}

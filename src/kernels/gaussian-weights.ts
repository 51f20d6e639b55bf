import type { AdamOptions, Floats } from './kernels.ts';

/** A Gaussian prior of each weight, and how much the divergence from it counts. */
export interface GaussianPrior {
  /** [n]; zero where null. */
  readonly mean: Floats | null;
  /** 1/variance, one for each weight or one for all. */
  readonly precision: Floats;
  /** Factor of the divergence. */
  readonly weight: number;
}

/** What an array makes of a weight's moments at one time, beside the tables of `realise`. */
export interface Realisation {
  /** Weights asked for that the tables begin and end at; constant outside. */
  readonly low: number;
  readonly high: number;
  /** Gain of the read-out. */
  readonly gain: number;
  /** Share of weights that are not stuck, and the mean square that the stuck ones add; the mean of these is zero. */
  readonly working: number;
  readonly stuckSquare: number;
}

/** Distances over mean and spread: a uniform grid [stdSteps + 1, meanSteps + 1], spreads from zero. */
export interface DistanceGrid {
  readonly meanLow: number;
  readonly meanHigh: number;
  readonly stdHigh: number;
  readonly meanSteps: number;
  readonly stdSteps: number;
}

/** −weight·Σ log tanh(beta·exp(−d²/(2 width²))). */
export interface TechnologicalOptions {
  readonly beta: number;
  readonly width: number;
  readonly weight: number;
}

export function gaussianAdam(
  mean: Floats,
  logStd: Floats,
  variance: Floats,
  meanGradient: Floats,
  varianceGradient: Floats,
  moments: Floats,
  prior: GaussianPrior,
  options: AdamOptions,
): void {
  const n = mean.length;
  const { rate, beta1, beta2, epsilon, step } = options;
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  const change = (i: number, g: number) => {
    moments[i] = beta1 * moments[i]! + (1 - beta1) * g;
    moments[i + n] = beta2 * moments[i + n]! + (1 - beta2) * g * g;
    return (-rate * (moments[i]! / correction1)) / (Math.sqrt(moments[i + n]! / correction2) + epsilon);
  };
  for (let i = 0; i < n; i++) {
    const precision = prior.precision[prior.precision.length === 1 ? 0 : i]!;
    const distance = prior.mean ? mean[i]! - prior.mean[i]! : mean[i]!;
    const byMean = meanGradient[i]! + prior.weight * precision * distance;
    const byLogStd = 2 * variance[i]! * varianceGradient[i]! + prior.weight * (precision * variance[i]! - 1);
    mean[i]! += change(i, byMean);
    logStd[i]! += change(i + 2 * n, byLogStd);
    variance[i] = Math.exp(2 * logStd[i]!);
  }
}

/** Value at x of the part of a table that starts at `from`. */
function lookUp(table: Floats, from: number, entries: number, x: number, low: number, high: number): number {
  const place = ((Math.min(high, Math.max(low, x)) - low) / (high - low)) * (entries - 1);
  const i = Math.min(entries - 2, Math.floor(place)) || 0;
  const left = table[from + i]!;
  return left + (place - i) * (table[from + i + 1]! - left);
}

export function realise(
  realisedMean: Floats,
  realisedVariance: Floats,
  mean: Floats,
  variance: Floats,
  tables: Floats,
  { low, high, gain, working, stuckSquare }: Realisation,
): void {
  const entries = tables.length / 2;
  for (let i = 0; i < mean.length; i++) {
    const factor = gain * lookUp(tables, 0, entries, mean[i]!, low, high);
    const added = gain * gain * lookUp(tables, entries, entries, mean[i]!, low, high);
    const kept = factor * mean[i]!;
    realisedMean[i] = working * kept;
    realisedVariance[i] =
      working * (factor * factor * variance[i]! + added + (1 - working) * kept * kept) + stuckSquare;
  }
}

export function realiseGradient(
  meanGradient: Floats,
  varianceGradient: Floats,
  mean: Floats,
  tables: Floats,
  { low, high, gain, working }: Realisation,
): void {
  const entries = tables.length / 2;
  for (let i = 0; i < mean.length; i++) {
    const factor = gain * lookUp(tables, 0, entries, mean[i]!, low, high);
    const byVariance = varianceGradient[i]!;
    meanGradient[i] = working * factor * (meanGradient[i]! + 2 * (1 - working) * factor * mean[i]! * byVariance);
    varianceGradient[i] = working * factor * factor * byVariance;
  }
}

export function scaleMoments(mean: Floats, variance: Floats, factorMean: Floats, factorVariance: Floats): void {
  for (let i = 0; i < mean.length; i++) {
    const factor = factorMean[i]!;
    const spread = factorVariance[i]!;
    variance[i] = (factor * factor + spread) * variance[i]! + spread * mean[i]! * mean[i]!;
    mean[i]! *= factor;
  }
}

export function scaleMomentsGradient(
  meanGradient: Floats,
  varianceGradient: Floats,
  scaled: Floats,
  factorMean: Floats,
  factorVariance: Floats,
): void {
  for (let i = 0; i < scaled.length; i++) {
    const factor = factorMean[i]!;
    const spread = factorVariance[i]!;
    const byVariance = varianceGradient[i]!;
    meanGradient[i] = factor * meanGradient[i]! + (2 * spread * scaled[i]! * byVariance) / factor;
    varianceGradient[i] = (factor * factor + spread) * byVariance;
  }
}

export function technologicalLoss(
  meanGradient: Floats,
  varianceGradient: Floats,
  mean: Floats,
  variance: Floats,
  distances: Floats,
  { meanLow, meanHigh, stdHigh, meanSteps, stdSteps }: DistanceGrid,
  { beta, width, weight }: TechnologicalOptions,
): number {
  const perMean = meanSteps / (meanHigh - meanLow);
  const perStd = stdSteps / stdHigh;
  let total = 0;
  for (let i = 0; i < mean.length; i++) {
    const std = Math.sqrt(variance[i]!);
    const m = Math.min(meanHigh, Math.max(meanLow, mean[i]!));
    const s = Math.min(stdHigh, std);
    const column = Math.min(meanSteps - 1, Math.floor((m - meanLow) * perMean));
    const row = Math.min(stdSteps - 1, Math.floor(s * perStd));
    const u = (m - meanLow) * perMean - column;
    const v = s * perStd - row;
    const at = row * (meanSteps + 1) + column;
    const [a, b] = [distances[at]!, distances[at + 1]!];
    const [c, d] = [distances[at + meanSteps + 1]!, distances[at + meanSteps + 2]!];
    const beyond = Math.hypot(mean[i]! - m, std - s);
    const distance = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d) + beyond;
    const exponent = (distance * distance) / (2 * width * width);
    const x = beta * Math.exp(-exponent);
    const small = x < 1e-12;
    total += small ? exponent - Math.log(beta) : -Math.log(Math.tanh(x));
    const slope = ((weight * distance) / (width * width)) * (small ? 1 : (2 * x) / Math.sinh(2 * x));
    const byMean = m === mean[i] ? ((1 - v) * (b - a) + v * (d - c)) * perMean : (mean[i]! - m) / beyond;
    const byStd = s === std ? ((1 - u) * (c - a) + u * (d - b)) * perStd : (std - s) / beyond;
    meanGradient[i]! += slope * byMean;
    varianceGradient[i]! += (slope * byStd) / (2 * Math.max(std, 1e-18));
  }
  return weight * total;
}

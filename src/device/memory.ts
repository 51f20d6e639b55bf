import { nonNegativeLeastSquares } from './nnls.ts';
import { type Band, flickerCorrelation } from './spectrum.ts';

/**
 * A stationary process of unit variance as a sum of independent first-order ones: ρ(τ) = Σ weight·exp(−τ/time)·
 * cos(rate·τ). A rate of 0 is a relaxation with one state, any other a damped rotation with two.
 */
export interface Relaxations {
  readonly weight: Float64Array;
  /** s. */
  readonly time: Float64Array;
  /** rad/s. */
  readonly rate: Float64Array;
}

const fitted = new Map<string, Relaxations>();

/**
 * Sum of relaxations whose autocorrelation follows that of 1/f noise in the band: one relaxation per decade between
 * the edges and damped rotations at them, because the sharp edges make ρ(τ) oscillate. Weights by non-negative least
 * squares, reweighted until the largest error is smallest; it stays below 0.01 over all lags from one read on.
 */
export function relaxationsOf(band: Band): Relaxations {
  const name = `${band.low} ${band.high}`;
  let relaxations = fitted.get(name);
  if (!relaxations) {
    relaxations = fitBand(band);
    if (fitted.size > 64) fitted.clear();
    fitted.set(name, relaxations);
  }
  return relaxations;
}

/** Σ weight·exp(−lag/time)·cos(rate·lag). */
export function relaxationCorrelation({ weight, time, rate }: Relaxations, lag: number): number {
  let total = 0;
  for (let k = 0; k < weight.length; k++) total += weight[k]! * Math.exp(-lag / time[k]!) * Math.cos(rate[k]! * lag);
  return total;
}

function fitBand(band: Band): Relaxations {
  const { time, rate } = candidates(band);
  const n = time.length;
  const lags = lagGrid(band);
  const wanted = Float64Array.from(lags, lag => flickerCorrelation(band, lag));
  const basis = new Float64Array(lags.length * n);
  for (let i = 0; i < lags.length; i++) {
    for (let k = 0; k < n; k++) basis[i * n + k] = Math.exp(-lags[i]! / time[k]!) * Math.cos(rate[k]! * lags[i]!);
  }
  const importance = new Float64Array(lags.length).fill(1);
  let best = new Float64Array(n);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 25; round++) {
    const weight = weightedFit(basis, wanted, importance, n);
    const errors = wanted.map((value, i) => {
      let found = 0;
      for (let k = 0; k < n; k++) found += basis[i * n + k]! * weight[k]!;
      return Math.abs(found - value);
    });
    const largest = Math.max(...errors);
    if (largest < least) [least, best] = [largest, weight];
    let total = 0;
    for (let i = 0; i < lags.length; i++) {
      importance[i]! *= (errors[i]! / largest + 0.02) ** 0.4;
      total += importance[i]!;
    }
    for (let i = 0; i < lags.length; i++) importance[i]! *= lags.length / total;
  }
  const used = Array.from(best.keys()).filter(k => best[k]! > 1e-6);
  const sum = used.reduce((total, k) => total + best[k]!, 0);
  return {
    weight: Float64Array.from(used, k => best[k]! / sum),
    time: Float64Array.from(used, k => time[k]!),
    rate: Float64Array.from(used, k => rate[k]!),
  };
}

function weightedFit(
  basis: Float64Array,
  wanted: Float64Array,
  importance: Float64Array,
  n: number,
): Float64Array<ArrayBuffer> {
  const unitVariance = 1e4;
  const gram = new Float64Array(n * n).fill(unitVariance);
  const right = new Float64Array(n).fill(unitVariance);
  for (let i = 0; i < wanted.length; i++) {
    const w = importance[i]! ** 2;
    for (let k = 0; k < n; k++) {
      const weighted = w * basis[i * n + k]!;
      right[k]! += weighted * wanted[i]!;
      for (let l = 0; l <= k; l++) gram[k * n + l]! += weighted * basis[i * n + l]!;
    }
  }
  for (let k = 0; k < n; k++) for (let l = 0; l < k; l++) gram[l * n + k] = gram[k * n + l]!;
  return Float64Array.from(nonNegativeLeastSquares(gram, right));
}

function candidates({ low, high }: Band): { time: number[]; rate: number[] } {
  const time = geometric(0.02 / high, 1 / low, Math.ceil(Math.log10((50 * high) / low)) + 1);
  const rate = time.map(() => 0);
  const rotate = (frequency: number, widths: readonly number[]): void => {
    for (const width of widths) {
      time.push(1 / (2 * Math.PI * frequency * width));
      rate.push(2 * Math.PI * frequency);
    }
  };
  for (const share of geometric(1.02, 6, 6)) rotate(share * low, [0.1, 0.2, 0.4]);
  for (const share of [0.3, 0.6, 0.95]) rotate(share * high, [0.1, 0.3]);
  return { time, rate };
}

function lagGrid({ low, high }: Band): number[] {
  const decades = Math.log10((20 * high) / low);
  return [
    ...geometric(0.5 / high, 10 / low, Math.ceil(16 * decades)),
    ...Array.from({ length: 150 }, (_, i) => (0.02 + (4.98 * i) / 149) / low),
    ...Array.from({ length: 60 }, (_, i) => (0.5 + (4.5 * i) / 59) / high),
  ];
}

function geometric(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
}

import { nonNegativeLeastSquares } from './nnls.ts';
import { Recent } from './recent.ts';

/** A part of a cell's read noise that is forgotten exponentially. */
export interface Relaxation {
  /** Share of the variance. */
  readonly weight: number;
  /** Time after which a share 1/e is left, in units of the lag. */
  readonly time: number;
}

/** Decades of lags that are fitted. */
const decades = 9;

/** Lags of each decade. */
const perDecade = 8;

/** Largest error with which one relaxation for each decade will do. */
const close = 0.02;

/** What of the variance two reads have in common that are so far apart. */
export type Correlation = (lag: number) => number;

const made = new Recent<Correlation, number, readonly Relaxation[]>(64);

/** `relaxationsOf` a correlation, in units of the lag `unit`, 1 by default: made once for both. */
export const relaxationsPerDecade = (correlation: Correlation, unit = 1): readonly Relaxation[] =>
  made.get(correlation, unit, () => relaxationsOf(lag => correlation(lag * unit)));

/**
 * Read noise as relaxations whose correlations follow `correlation(lag)`, 1 at lag 0, by non-negative least squares over nine
 * decades of lags from 1 on and one more of times: one for each decade where that comes within 0.02, as for the 1/f noise of the presets
 * long after programming, else three or nine where they halve what one for each decade misses. 1/f noise whose lowest frequency lies within these lags is anticorrelated
 * at the longest, by up to 0.03, which no number of relaxations follows. What is missing to a sum of 1 is white.
 */
function relaxationsOf(correlation: Correlation): readonly Relaxation[] {
  const errorOf = (found: readonly Relaxation[]) =>
    lags.reduce((most, lag) => {
      const sum = found.reduce((total, { weight, time }) => total + weight * Math.exp(-lag / time), 0);
      return Math.max(most, Math.abs(sum - correlation(lag)));
    }, 0);
  let found = fitted(correlation, 1);
  let error = errorOf(found);
  for (const each of [3, 9]) {
    if (error < close) break;
    const finer = fitted(correlation, each);
    const left = errorOf(finer);
    if (left < error / 2) [found, error] = [finer, left];
  }
  return found;
}

const lags = Array.from({ length: decades * perDecade + 1 }, (_, i) => 10 ** (i / perDecade));

/** The fit with so many relaxations for each decade. */
function fitted(correlation: Correlation, each: number): Relaxation[] {
  const times = Array.from({ length: (decades + 1) * each + 1 }, (_, d) => 10 ** (d / each));
  const n = times.length + 1;
  // The last unknown is white; the weights must sum to 1, which counts as much as all lags together, a hundredfold.
  const one = 100 * lags.length;
  const gram = new Float64Array(n * n).fill(one);
  const right = new Float64Array(n).fill(one);
  for (const lag of lags) {
    const kept = times.map(time => Math.exp(-lag / time));
    const wanted = correlation(lag);
    for (let i = 0; i < times.length; i++) {
      right[i]! += kept[i]! * wanted;
      for (let j = 0; j < times.length; j++) gram[i * n + j]! += kept[i]! * kept[j]!;
    }
  }
  const found = nonNegativeLeastSquares(gram, right);
  const total = found.reduce((sum, weight) => sum + weight, 0);
  return times.flatMap((time, i) => (found[i]! > 1e-9 ? [{ time, weight: found[i]! / total }] : []));
}

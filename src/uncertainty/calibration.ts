import { tied } from '../base/index.ts';
import { logGamma } from '../random/index.ts';
import { ranked } from './ranked.ts';

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  /** Confidences in (low, high] fall here, ends but for rounding; the first bin holds 0 as well. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability of the chosen class; 0 where the bin is empty. */
  readonly confidence: number;
  /** Share of right decisions; 0 where the bin is empty. */
  readonly accuracy: number;
}

/** Bins of confidence unless said otherwise; their number never depends on that of the inputs. */
const defaultBins = 10;

/**
 * Confidence against accuracy in `bins` equal intervals (Guo et al., ICML 2017). `confidence`: probability of the chosen
 * class, [N]; `wrong`: 1 where the decision is not the label, [N].
 */
export function reliabilityBins(
  confidence: ArrayLike<number>,
  wrong: ArrayLike<number>,
  bins = defaultBins,
): ReliabilityBin[] {
  return tallied(binsOf(confidence, bins), confidence, wrong, bins);
}

/** The bin of every confidence, [N]. */
export function binsOf(confidence: ArrayLike<number>, bins = defaultBins): Uint32Array {
  return Uint32Array.from(confidence, value => binOf(value, bins));
}

/** The bin (b/bins, (b + 1)/bins] of a confidence; one that is an edge but for rounding belongs below it. */
function binOf(confidence: number, bins: number): number {
  const b = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
  return b > 0 && tied(confidence, b / bins) ? b - 1 : b;
}

/** Expected calibration error: Σ_b (n_b/N)·|accuracy − confidence|. */
export function expectedError(bins: readonly ReliabilityBin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.accuracy - bin.confidence), 0) / all;
}

/** Largest |accuracy − confidence| of any bin that holds an input. */
export function largestError(bins: readonly ReliabilityBin[]): number {
  return bins.reduce((most, bin) => Math.max(most, Math.abs(bin.accuracy - bin.confidence)), 0);
}

/**
 * Root mean square calibration error without what chance adds: √max(0, Σ_b (n_b/N)·[(a_b − c_b)² − a_b(1 − a_b)/(n_b − 1)])
 * with accuracy a_b and confidence c_b; what stands under the root is unbiased (Kumar, Liang & Ma, Verified uncertainty
 * calibration, NeurIPS 2019, section 5). Bins of one input cannot tell chance from error and are left out; NaN where there
 * are no others.
 */
export function debiasedError(bins: readonly ReliabilityBin[]): number {
  const told = bins.filter(({ count }) => count > 1);
  const all = told.reduce((sum, { count }) => sum + count, 0);
  const square = told.reduce(
    (sum, { count, accuracy: a, confidence: c }) => sum + count * ((a - c) ** 2 - (a * (1 - a)) / (count - 1)),
    0,
  );
  return Math.sqrt(Math.max(0, square / all));
}

/**
 * The expected calibration error that a perfectly calibrated predictor with these confidences ([N]) would show by chance,
 * because a bin's share of right decisions varies: Σ_b E|right_b − Σ confidence|/N, over labels drawn from the predicted
 * probabilities. The number of errors in a bin is taken as binomial with the true mean and variance, which is exact where
 * the confidences of a bin are equal; its mean absolute deviation is de Moivre's, 2ν(1 − p)·P(ν), ν = ⌊np⌋ + 1
 * (Diaconis and Zabell, Statistical Science 6, 1991).
 */
export function chanceError(confidence: ArrayLike<number>, bins = defaultBins): number {
  const { errors, squares } = errorsByBin(confidence, binsOf(confidence, bins), bins);
  let sum = 0;
  for (let b = 0; b < bins; b++) sum += absoluteDeviation(errors[b]!, squares[b]!);
  return sum / confidence.length;
}

/** Σq and Σq² of the inputs of each bin, q = 1 − confidence. */
export function errorsByBin(confidence: ArrayLike<number>, places: Uint32Array, bins = defaultBins) {
  const errors = new Float64Array(bins);
  const squares = new Float64Array(bins);
  for (let n = 0; n < confidence.length; n++) {
    const error = Math.max(0, 1 - confidence[n]!);
    errors[places[n]!]! += error;
    squares[places[n]!]! += error * error;
  }
  return { errors, squares };
}

/** E|X − mean| of a binomial X with p = Σq²/Σq and np = Σq, n not necessarily whole. */
export function absoluteDeviation(mean: number, squares: number): number {
  const p = squares / mean;
  if (!(p > 0 && p < 1)) return 0;
  const n = mean / p;
  const v = Math.floor(mean) + 1;
  const chance = logGamma(n + 1) - logGamma(v + 1) - logGamma(n - v + 1) + v * Math.log(p) + (n - v) * Math.log1p(-p);
  return 2 * v * (1 - p) * Math.exp(chance);
}

/** As `expectedError`, over bins of equal mass that keep equal confidences together (Nguyen and O'Connor, EMNLP 2015). */
export function adaptiveError(confidence: ArrayLike<number>, wrong: ArrayLike<number>, bins = defaultBins): number {
  return expectedError(tallied(equalMassBins(confidence, bins), confidence, wrong, bins));
}

/** The bin of every confidence, [N], where bins hold equally many of them but for equal ones, which stay together. */
export function equalMassBins(confidence: ArrayLike<number>, bins = defaultBins): Uint32Array {
  const count = confidence.length;
  const places = new Uint32Array(count);
  const { order, starts } = ranked(confidence);
  for (let g = 0; g + 1 < starts.length; g++) {
    const [first, next] = [starts[g]!, starts[g + 1]!];
    const bin = Math.min(bins - 1, Math.floor(((first + next) * bins) / (2 * count)));
    for (let k = first; k < next; k++) places[order[k]!] = bin;
  }
  return places;
}

/** Counts and means of the inputs of each bin, where input n counts `weights[n]` times, once by default. */
export function tallied(
  places: Uint32Array,
  confidence: ArrayLike<number>,
  wrong: ArrayLike<number>,
  bins = defaultBins,
  weights?: ArrayLike<number>,
): ReliabilityBin[] {
  const counts = new Float64Array(bins);
  const confidences = new Float64Array(bins);
  const rights = new Float64Array(bins);
  for (let n = 0; n < places.length; n++) {
    const b = places[n]!;
    const weight = weights ? weights[n]! : 1;
    counts[b]! += weight;
    confidences[b]! += weight * confidence[n]!;
    rights[b]! += weight * (1 - wrong[n]!);
  }
  return Array.from(counts, (count, b) => {
    const share = (sum: number) => (count > 0 ? sum / count : 0);
    return {
      low: b / bins,
      high: (b + 1) / bins,
      count,
      confidence: share(confidences[b]!),
      accuracy: share(rights[b]!),
    };
  });
}

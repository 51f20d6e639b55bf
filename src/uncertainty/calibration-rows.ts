import { absoluteDeviation, errorsByBin, type ReliabilityBin } from './calibration.ts';
import { mean } from './correlation.ts';
import { perInput } from './per-input.ts';

/** Inputs in bins, with what the bins hold. */
export interface Binned {
  /** Bin of each input, [N]. */
  readonly places: Uint32Array;
  readonly bins: readonly ReliabilityBin[];
  /** Probability of the chosen class, [N]. */
  readonly confidence: Float64Array;
  /** 1 where the decision is not the label, [N]. */
  readonly wrong: Float64Array;
}

const gapOf = ({ accuracy, confidence }: ReliabilityBin): number => accuracy - confidence;

/** Gap of one input, right − confidence. */
const gapAt = ({ confidence, wrong }: Binned, n: number): number => 1 - wrong[n]! - confidence[n]!;

/** Of the expected error: every input's gap with the sign of its bin's, whose mean it is. */
export function expectedRows(given: Binned): Float64Array {
  const signs = given.bins.map(bin => Math.sign(gapOf(bin)));
  return perInput(given.places.length, n => signs[given.places[n]!]! * gapAt(given, n));
}

/**
 * Of the debiased error √S: S is a function of counts, rights and confidences of bins, Σ_b [(R − C)²/n − R(n − R)/(n(n − 1))]/N.
 * Where a gap g is small, chance moves its square by more than its slope says, with the variance 4g²v + 2v², v = a(1 − a)/n,
 * which a gap of √(g² + v/2) has by its slope. The root has no slope at 0, so its slope is that of the secant to √(S + 2σ), σ the
 * standard error of S: the upper end is right where S is 0, and the slope is that of the root where S is far from it.
 */
export function debiasedRows(given: Binned, value: number): Float64Array {
  const { places, bins, confidence, wrong } = given;
  const told = bins.map(({ count }) => count > 1);
  const all = bins.reduce((sum, { count }, b) => sum + (told[b] ? count : 0), 0);
  const slopes = bins.map(({ count: n, accuracy: a, confidence: c }) => {
    const R = n * a;
    const pairs = n * (n - 1);
    const gap = (a < c ? -1 : 1) * Math.sqrt((a - c) ** 2 + (a * (1 - a)) / n / 2);
    return {
      term: (n * (a - c) ** 2 - (R * (n - R)) / pairs) / all,
      ofCount: -((a - c) ** 2) - (R * (pairs - (n - R) * (2 * n - 1))) / pairs ** 2,
      ofRight: 2 * gap - (n - 2 * R) / pairs,
      ofConfidence: -2 * gap,
    };
  });
  const square = slopes.reduce((sum, { term }, b) => sum + (told[b] ? term : 0), 0);
  const changes = perInput(places.length, n => {
    const b = places[n]!;
    if (!told[b]) return 0;
    const { ofCount, ofRight, ofConfidence } = slopes[b]!;
    return (places.length / all) * (ofCount + ofRight * (1 - wrong[n]!) + ofConfidence * confidence[n]! - square);
  });
  const center = mean(changes);
  const error = Math.sqrt(changes.reduce((sum, x) => sum + (x - center) ** 2, 0)) / places.length;
  const slope = error > 0 ? 1 / (value + Math.sqrt(value * value + 2 * error)) : 0;
  return changes.map(x => value + slope * (x - center));
}

/**
 * Of the error that chance alone gives. A bin's part grows with its expected errors by the slope of the chord between one
 * error less and one more (half of them, where there are fewer), for the mean deviation of a binomial is scalloped in between;
 * its inputs share in it by their variances q(1 − q), q = 1 − confidence.
 */
export function chanceRows({ places, bins, confidence }: Binned, value: number): Float64Array {
  const { errors, squares } = errorsByBin(confidence, places, bins.length);
  const perVariance = errors.map((sum, b) => {
    const variance = sum - squares[b]!;
    if (!(variance > 0)) return 0;
    const step = Math.min(0.5, 1 / sum);
    const at = (factor: number) => absoluteDeviation(factor * sum, factor * squares[b]!);
    return (at(1 + step) - at(1 - step)) / (2 * step) / variance;
  });
  const shares = perInput(places.length, n => {
    const q = Math.max(0, 1 - confidence[n]!);
    return perVariance[places[n]!]! * q * (1 - q);
  });
  const center = mean(shares);
  return shares.map(x => value + x - center);
}

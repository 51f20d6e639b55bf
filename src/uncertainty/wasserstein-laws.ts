import { normalCdf, normalQuantile } from '../random/index.ts';

/** Normal laws, a mean and a spread for each column; or numbers that are +magnitude with a probability, else −magnitude. */
export type Laws =
  | { readonly mean: Float32Array; readonly std: Float32Array }
  | { readonly probability: Float32Array; readonly magnitude: Float32Array };

/** W₁ of the law of a column from a sample of `count` numbers in ascending order. */
export function distanceFrom(laws: Laws, count: number): (column: number, sample: Float64Array) => number {
  if ('std' in laws) {
    const fromNormal = normalDistance(count);
    return (column, sample) => fromNormal(sample, laws.mean[column]!, laws.std[column]!);
  }
  return (column, sample) => fromSigns(sample, laws.probability[column]!, laws.magnitude[column]!);
}

/** The lowest share 1 − p of a sample is moved to −magnitude, the rest to +magnitude. */
function fromSigns(sample: Float64Array, probability: number, magnitude: number): number {
  const count = sample.length;
  let distance = 0;
  for (let i = 0; i < count; i++) {
    const below = Math.min(1, Math.max(0, count * (1 - probability) - i));
    distance += below * Math.abs(sample[i]! + magnitude) + (1 - below) * Math.abs(sample[i]! - magnitude);
  }
  return distance / count;
}

/**
 * The i-th of n numbers takes the part of the normal between its quantiles i/n and (i + 1)/n, over which the integral of
 * |μ + σz − x| φ(z) follows from those of φ and zφ, Φ and −φ.
 */
function normalDistance(count: number): (sample: Float64Array, mean: number, std: number) => number {
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => normalQuantile(i / count));
  edges[0] = Number.NEGATIVE_INFINITY;
  edges[count] = Number.POSITIVE_INFINITY;
  const density = (z: number) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  const bells = edges.map(density);
  return (sample, mean, std) => {
    let distance = 0;
    for (let i = 0; i < count; i++) {
      const above = sample[i]! - mean;
      const at = std > 0 ? above / std : above > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      const moment = std * (bells[i]! - bells[i + 1]!);
      if (at <= edges[i]!) distance += moment - above / count;
      else if (at >= edges[i + 1]!) distance += above / count - moment;
      else {
        const [bell, share] = [density(at), normalCdf(at)];
        distance += above * (2 * share - (2 * i + 1) / count) + std * (2 * bell - bells[i]! - bells[i + 1]!);
      }
    }
    return distance;
  };
}

import { type Floats, kernels } from '../kernels/index.ts';
import type { Precision } from '../tensor/index.ts';
import { floats } from './optimise.ts';

/** A factor for each weight and its square, which its mean and its variance are multiplied with. */
export interface WeightFactors {
  readonly factor: Floats;
  readonly square: Floats;
}

/** What turns moments of weights into those of shares of their limits (0 where the limit is 0), and back. */
export function limitFactors(limits: Float32Array, precision: Precision) {
  const factors = (of: (limit: number) => number): WeightFactors => {
    const [factor, square] = [floats(precision, limits.length), floats(precision, limits.length)];
    for (let i = 0; i < limits.length; i++) {
      factor[i] = of(limits[i]!);
      square[i] = factor[i]! ** 2;
    }
    return { factor, square };
  };
  return { toShares: factors(limit => (limit > 0 ? 1 / limit : 0)), toWeights: factors(limit => limit) };
}

/** Means times factors and variances times their squares. The results may lie where the given ones do. */
export function scaleMoments(
  [outMean, outVariance]: readonly [Floats, Floats],
  mean: Floats,
  variance: Floats,
  { factor, square }: WeightFactors,
): void {
  kernels().binary('multiply', outMean, mean, factor);
  kernels().binary('multiply', outVariance, variance, square);
}

import { type Floats, kernels } from '../kernels/index.ts';
import type { Precision } from '../tensor/index.ts';
import { floats } from './optimise.ts';

/** 1/limit of each weight, 0 where the limit is 0: turns weights into shares of their limits. */
export function inverseOf(limits: Float32Array, precision: Precision): Floats {
  const inverse = floats(precision, limits.length);
  for (let i = 0; i < limits.length; i++) inverse[i] = limits[i]! > 0 ? 1 / limits[i]! : 0;
  return inverse;
}

/** Means, or gradients by them, times factors, and variances times their squares, in place. */
export function scaleBoth(mean: Floats, variance: Floats, factors: Floats): void {
  const { binary } = kernels();
  binary('multiply', mean, mean, factors);
  binary('multiply', variance, variance, factors);
  binary('multiply', variance, variance, factors);
}

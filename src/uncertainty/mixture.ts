import { normalCdf } from '../random/index.ts';

/** An equally weighted mixture of Gaussians: entries `offset + k·stride` of `means` and `stds`, k = 0 … count − 1. */
export interface Mixture {
  readonly means: ArrayLike<number>;
  readonly stds: ArrayLike<number>;
  readonly count: number;
  readonly offset: number;
  readonly stride: number;
}

/** Distribution function and density of the mixture at y; both come from one exponential per component. */
export function mixtureAt(mixture: Mixture, y: number, out: { cdf: number; pdf: number }): void {
  const { means, stds, count, offset, stride } = mixture;
  let below = 0;
  let density = 0;
  for (let k = 0, at = offset; k < count; k++, at += stride) {
    const std = stds[at]!;
    const z = (y - means[at]!) / std;
    const bell = Math.exp(-0.5 * z * z);
    below += normalCdf(z, bell);
    density += bell / std;
  }
  out.cdf = below / count;
  out.pdf = density / (count * Math.sqrt(2 * Math.PI));
}

/**
 * The value below which a share `q` (0 < q < 1) of the mixture lies: Newton's steps from `start`, kept inside a shrinking
 * bracket, until they move by less than 1e-9 of the bracket that all components lie in.
 */
export function mixtureQuantile(mixture: Mixture, q: number, start: number): number {
  const { means, stds, count, offset, stride } = mixture;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let k = 0, at = offset; k < count; k++, at += stride) {
    low = Math.min(low, means[at]! - 9 * stds[at]!);
    high = Math.max(high, means[at]! + 9 * stds[at]!);
  }
  const precision = 1e-9 * (high - low);
  const here = { cdf: 0, pdf: 0 };
  let y = start;
  for (let step = 0; step < 200 && high - low > precision; step++) {
    mixtureAt(mixture, y, here);
    const excess = here.cdf - q;
    if (excess > 0) high = y;
    else low = y;
    const newton = y - excess / here.pdf;
    const next = newton >= low && newton <= high ? newton : (low + high) / 2;
    if (Math.abs(next - y) <= precision) return next;
    y = next;
  }
  return y;
}

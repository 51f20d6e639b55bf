import { normalCdf, normalPdf } from './normal.ts';

/** An equally weighted mixture of Gaussians: entries `offset + k·stride` of `means` and `stds`, k = 0 … count − 1. */
export interface Mixture {
  readonly means: ArrayLike<number>;
  readonly stds: ArrayLike<number>;
  readonly count: number;
  readonly offset: number;
  readonly stride: number;
}

/** Distribution function of the mixture at y. */
export function mixtureCdf(mixture: Mixture, y: number): number {
  const { means, stds, count, offset, stride } = mixture;
  let sum = 0;
  for (let k = 0, at = offset; k < count; k++, at += stride) sum += normalCdf((y - means[at]!) / stds[at]!);
  return sum / count;
}

function mixturePdf(mixture: Mixture, y: number): number {
  const { means, stds, count, offset, stride } = mixture;
  let sum = 0;
  for (let k = 0, at = offset; k < count; k++, at += stride) {
    sum += normalPdf((y - means[at]!) / stds[at]!) / stds[at]!;
  }
  return sum / count;
}

/** The value below which a share `q` (0 < q < 1) of the mixture lies: Newton's steps, kept inside a shrinking bracket. */
export function mixtureQuantile(mixture: Mixture, q: number): number {
  const { means, stds, count, offset, stride } = mixture;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let k = 0, at = offset; k < count; k++, at += stride) {
    low = Math.min(low, means[at]! - 9 * stds[at]!);
    high = Math.max(high, means[at]! + 9 * stds[at]!);
  }
  const precision = 1e-12 * (high - low);
  let y = (low + high) / 2;
  for (let step = 0; step < 200 && high - low > precision; step++) {
    const excess = mixtureCdf(mixture, y) - q;
    if (excess === 0) return y;
    if (excess > 0) high = y;
    else low = y;
    const newton = y - excess / mixturePdf(mixture, y);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - y) <= precision) return next;
    y = next;
  }
  return y;
}

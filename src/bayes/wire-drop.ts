import type { Pieces } from '../base/index.ts';
import { type Floats, kernels } from '../kernels/index.ts';
import type { Precision } from '../tensor/index.ts';
import type { WireShares } from './method.ts';
import { floats } from './optimise.ts';

/**
 * The share of each weight that reaches the read-out through the arrays' wires. Shares follow from all weights together
 * and are renewed now and then; between, they are constants. Copies lie in different places, and what their shares
 * differ by adds to the variance.
 */
export class WireDrop {
  readonly #shares: (mean: Floats, variance: Floats) => Pieces<WireShares>;
  /** Mean over the copies, and variance between them, of the share of each weight. */
  readonly share: Floats;
  readonly variance: Floats;

  constructor(shares: (mean: Floats, variance: Floats) => Pieces<WireShares>, size: number, precision: Precision) {
    this.#shares = shares;
    this.share = floats(precision, size).fill(1);
    this.variance = floats(precision, size);
  }

  *renew(mean: Floats, asked: Floats): Pieces<void> {
    const { share, variance } = yield* this.#shares(mean, asked);
    this.share.set(share);
    this.variance.set(variance);
  }

  /** Turns the moments of weights into those of what is read of them, in place. */
  apply(mean: Floats, variance: Floats): void {
    kernels().scaleMoments(mean, variance, this.share, this.variance);
  }

  /** Turns gradients by the moments read into gradients by those of weights, in place; `read` is the mean read. */
  pullBack(meanGradient: Floats, varianceGradient: Floats, read: Floats): void {
    kernels().scaleMomentsGradient(meanGradient, varianceGradient, read, this.share, this.variance);
  }
}

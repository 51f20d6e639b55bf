import { type Floats, kernels } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

/** Added to variances: Wu & He, Group normalization, ECCV 2018, arXiv 1803.08494. */
export const normaliseEpsilon = 1e-5;

/** Brings every run of `length` numbers of x to mean 0 and variance 1; writes 1/std of each run unless null. */
export function normaliseRuns(out: Floats, inverse: Floats | null, x: Floats, length: number): void {
  kernels().normalise(out, inverse, x, length, normaliseEpsilon);
}

/** x with every run of `length` numbers brought to mean 0 and variance 1. */
export function normalise(tape: Tape, x: Tensor, length: number): Tensor {
  const inverse = tape.array(x.size / length);
  return tape.operation(
    x.shape,
    [x],
    y => normaliseRuns(y, inverse, x.value, length),
    (dy, y) => {
      const gradient = x.gradient!;
      for (let from = 0, run = 0; from < dy.length; from += length, run++) {
        const end = from + length;
        let mean = 0;
        let along = 0;
        for (let i = from; i < end; i++) {
          mean += dy[i]!;
          along += dy[i]! * y[i]!;
        }
        mean /= length;
        along /= length;
        const factor = inverse[run]!;
        for (let i = from; i < end; i++) gradient[i]! += factor * (dy[i]! - mean - y[i]! * along);
      }
    },
  );
}

/** out = x·factor + shift with one factor and shift per channel: x [N, channels, positions], both [channels]. */
export function scaleChannels(out: Floats, x: Floats, factor: Floats, shift: Floats, positions: number): void {
  for (let at = 0, channel = 0; at < x.length; channel = (channel + 1) % factor.length) {
    const f = factor[channel]!;
    const s = shift[channel]!;
    for (const end = at + positions; at < end; at++) out[at] = x[at]! * f + s;
  }
}

/** x·factor + shift with one fixed factor and shift per channel: x [N, channels, positions]. */
export function channelAffine(tape: Tape, x: Tensor, factor: Floats, shift: Floats, positions: number): Tensor {
  return tape.operation(
    x.shape,
    [x],
    y => scaleChannels(y, x.value, factor, shift, positions),
    dy => {
      const gradient = x.gradient!;
      for (let at = 0, channel = 0; at < dy.length; channel = (channel + 1) % factor.length) {
        const f = factor[channel]!;
        for (const end = at + positions; at < end; at++) gradient[at]! += dy[at]! * f;
      }
    },
  );
}

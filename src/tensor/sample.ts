import { kernels } from '../kernels/index.ts';
import type { Key } from '../random/index.ts';
import type { Tape, Tensor } from './tape.ts';

/** Where a draw takes its normals from: those of the key, which may be renewed between runs. */
export interface NormalSource {
  key: Key;
}

/**
 * mean + √variance·z with standard normals z, elementwise: a draw from N(mean, variance) that can be differentiated
 * (reparameterisation). Where the variance is 0, the derivative by it counts as 0.
 */
export function gaussianSample(tape: Tape, mean: Tensor, variance: Tensor, source: NormalSource): Tensor {
  const math = kernels();
  const slope = variance.gradient ? tape.array(mean.size) : null;
  const scratch = variance.gradient ? tape.array(mean.size) : null;
  return tape.operation(
    mean.shape,
    [mean, variance],
    y => {
      y.set(mean.value);
      math.addNoise(y, slope, variance.value, source.key.word0, source.key.word1, 0);
    },
    dy => {
      if (mean.gradient) math.axpy(mean.gradient, 1, dy);
      if (!variance.gradient || !slope || !scratch) return;
      math.binary('multiply', scratch, dy, slope);
      math.axpy(variance.gradient, 1, scratch);
    },
  );
}

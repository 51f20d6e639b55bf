import { type Floats, kernels } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

/** Added to variances, so that the root of zero has a finite slope. */
const tiny = 1e-24;

/**
 * mean + √variance·noise, elementwise: a draw from N(mean, variance) that can be differentiated (reparameterisation).
 * `noise` holds standard normals and may be refilled between runs; all three of one size.
 */
export function gaussianSample(tape: Tape, mean: Tensor, variance: Tensor, noise: Floats): Tensor {
  const math = kernels();
  const spread = tape.array(mean.size);
  const scratch = variance.gradient ? tape.array(mean.size) : null;
  return tape.operation(
    mean.shape,
    [mean, variance],
    y => {
      math.scale(spread, variance.value, 1, tiny);
      math.unary('sqrt', spread, spread);
      math.binary('multiply', y, spread, noise);
      math.axpy(y, 1, mean.value);
    },
    dy => {
      if (mean.gradient) math.axpy(mean.gradient, 1, dy);
      if (!variance.gradient || !scratch) return;
      math.binary('multiply', scratch, dy, noise);
      math.binary('divide', scratch, scratch, spread);
      math.axpy(variance.gradient, 0.5, scratch);
    },
  );
}

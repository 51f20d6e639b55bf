import { kernels, type Pooling, type Windows, windowGrid } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

/**
 * Average or maximum of the windows of every channel: x [N, channels, height, width] → [N, channels, rows, columns].
 * Windows have no padding; what lies beyond the last whole window is left out.
 */
export function pool(tape: Tape, x: Tensor, windows: Windows, kind: Pooling): Tensor {
  const { channels, height, width } = windows;
  const planes = x.size / (height * width);
  const { rows, columns } = windowGrid(windows);
  const math = kernels();
  const shape = { ...windows, kind };
  return tape.operation(
    [planes / channels, channels, rows, columns],
    [x],
    y => math.pool(y, x.value, planes, shape),
    (dy, y) => math.poolGradient(x.gradient!, dy, y, x.value, planes, shape),
  );
}

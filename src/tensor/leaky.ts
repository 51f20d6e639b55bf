import type { Floats } from '../kernels/index.ts';
import type { Tape, Tensor } from './tape.ts';

/** out = x where x > 0, else x·slope, with one slope per channel: x [N, channels, positions], slope [channels]. */
export function leakChannels(out: Floats, x: Floats, slope: Floats, positions: number): void {
  for (let at = 0, channel = 0; at < x.length; channel = (channel + 1) % slope.length) {
    const s = slope[channel]!;
    for (const end = at + positions; at < end; at++) out[at] = x[at]! > 0 ? x[at]! : x[at]! * s;
  }
}

/** x where it is above 0, else x·slope, with one fixed slope per channel: x [N, channels, positions]. */
export function channelLeak(tape: Tape, x: Tensor, slope: Floats, positions: number): Tensor {
  return tape.operation(
    x.shape,
    [x],
    y => leakChannels(y, x.value, slope, positions),
    dy => {
      const gradient = x.gradient!;
      for (let at = 0, channel = 0; at < dy.length; channel = (channel + 1) % slope.length) {
        const s = slope[channel]!;
        for (const end = at + positions; at < end; at++) gradient[at]! += x.value[at]! > 0 ? dy[at]! : dy[at]! * s;
      }
    },
  );
}

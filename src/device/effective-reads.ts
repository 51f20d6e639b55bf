import type { Device } from './device.ts';
import { readStdOf } from './read.ts';
import { readCorrelation } from './spectrum.ts';
import { trapLaw } from './telegraph.ts';

/**
 * Number of independent reads that `count` reads `lag` seconds apart are worth, `time` seconds after programming:
 * M/(1 + 2 Σ (1 − k/M) ρ(kτ)), k = 1 … M − 1, ρ of the read noise and the telegraph noise of cells in the middle of the range.
 */
export function effectiveReads(device: Device, lag: number, count: number, time: number): number {
  const { share, forgotten } = trapNoise(device, time);
  let shared = 0;
  for (let k = 1; k < count; k++) {
    const noise = (1 - share) * readCorrelation(device, k * lag, time);
    shared += (1 - k / count) * (noise + (share > 0 ? share * Math.exp((-k * lag) / forgotten) : 0));
  }
  return count / (1 + 2 * shared);
}

/** Telegraph noise's share of the variance of a read in the middle of the range, mean over cells with and without a trap, and the time in which it is forgotten, s. */
function trapNoise(device: Device, time: number): { readonly share: number; readonly forgotten: number } {
  const { telegraph } = device;
  if (!telegraph) return { share: 0, forgotten: 0 };
  const { occupied, time: forgotten } = trapLaw(telegraph);
  const middle = (device.range.low + device.range.high) / 2;
  const traps = telegraph.share * occupied * (1 - occupied) * (telegraph.amplitude * middle) ** 2;
  const all = traps + readStdOf(device, middle, time, middle) ** 2;
  return { share: all > 0 ? traps / all : 0, forgotten };
}

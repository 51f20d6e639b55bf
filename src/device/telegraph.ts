import { fillUniform, fold, type Key } from '../random/index.ts';
import type { Device } from './device.ts';

/** Which of so many cells have a trap, 1 or 0: a matter of the device, not of a programming or a read. */
export function trappedCells(deviceKey: Key, { telegraph }: Device, size: number): Uint8Array {
  const places = fillUniform(fold(deviceKey, 'telegraph'), new Float32Array(size));
  return Uint8Array.from(places, u => Number(u < (telegraph?.share ?? 0)));
}

/** Probability that a trap is occupied, and the time after which a share 1/e of what is known of it is left, s. */
export const trapLaw = ({ dwellHigh, dwellLow }: NonNullable<Device['telegraph']>) => ({
  occupied: dwellLow / (dwellHigh + dwellLow),
  time: 1 / (1 / dwellHigh + 1 / dwellLow),
});

/**
 * Random telegraph noise on a sequence of reads [count, size], S, in place: a cell that has it loses `amplitude` of its
 * conductance while its trap is occupied. Whether a cell has a trap comes from `deviceKey`, its path from `key`. Reads
 * are `lag` seconds apart; the two-state chain is exact at that interval.
 */
export function applyTelegraph(
  key: Key,
  deviceKey: Key,
  device: Device,
  size: number,
  count: number,
  lag: number,
  out: Float32Array,
): Float32Array {
  const { telegraph } = device;
  if (!telegraph) return out;
  const { amplitude } = telegraph;
  const { occupied, time } = trapLaw(telegraph);
  const forget = -Math.expm1(-lag / time);
  const trapped = trappedCells(deviceKey, device, size);
  const path = new Float32Array(count);
  for (let i = 0; i < size; i++) {
    if (!trapped[i]) continue;
    fillUniform(fold(key, i), path);
    let low = path[0]! < occupied;
    for (let m = 0; m < count; m++) {
      if (m > 0) low = path[m]! < (low ? occupied + (1 - occupied) * (1 - forget) : occupied * forget);
      if (low) out[m * size + i]! *= 1 - amplitude;
    }
  }
  return out;
}

import type { DeviceFactors } from '../../device/index.ts';
import { fold, type Key, normalQuantile, permutation } from '../../random/index.ts';

/**
 * Geometric standard deviation of each uncertain constant of a device's model: its spreads, its drift exponents, its read noise.
 * No preset says how well it knows its own (assumption).
 */
export const deviceSpread = 1.25;

/** Chips that are programmed anew for each draw: the first ones of the first fresh training. */
export const chipsOfDraw = 3;

/**
 * Factors on the constants of a device in each of some draws: of every constant the middles of as many equally likely strata,
 * in an order of its own. Designs on one device share them.
 */
export function deviceFactors(key: Key, device: string, draws: number): DeviceFactors[] {
  const own = fold(key, device);
  const of = (constant: string) => {
    const order = permutation(fold(own, constant), draws);
    return Array.from(order, stratum => deviceSpread ** normalQuantile((stratum + 0.5) / draws));
  };
  const [spread, drift, read] = [of('spread'), of('drift'), of('read')];
  return Array.from({ length: draws }, (_, k) => ({ spread: spread[k]!, drift: drift[k]!, read: read[k]! }));
}

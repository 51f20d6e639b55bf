import { type Device, momentsAt } from '../../src/device/index.ts';

interface Reached {
  readonly mean: number;
  readonly std: number;
}

/** KL(N(mean, std²) ‖ N(to)). */
export function divergence(mean: number, std: number, to: Reached): number {
  return Math.log(to.std / std) + (std ** 2 + (mean - to.mean) ** 2) / (2 * to.std ** 2) - 0.5;
}

/**
 * The least divergence of a pair of devices by exhaustive search: every state of one device with that of the other that
 * meets the mean, and every pair of a coarser set of states. Weights are within ±limit on `gamma` S per unit.
 */
export function exactPairs(device: Device, time: number, gamma: number): (mean: number, std: number) => number {
  const { low, high } = device.range;
  const states = (count: number) => {
    const targets = device.levels ?? Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
    return [...(low > 0 ? [0] : []), ...targets].map(target => momentsAt(device, target, time));
  };
  const fine = states(2001).sort((a, b) => a.mean - b.mean);
  const coarse = states(101);
  const between = device.levels ? [] : fine.slice(low > 0 ? 1 : 0);
  return (mean, std) => {
    let least = Number.POSITIVE_INFINITY;
    const consider = (a: Reached, b: Reached) => {
      const reached = { mean: (a.mean - b.mean) / gamma, std: Math.hypot(a.std, b.std) / gamma };
      least = Math.min(least, divergence(mean, std, reached));
    };
    for (const a of coarse) for (const b of coarse) consider(a, b);
    for (let i = 0, j = 0; i < fine.length && between.length > 1; i++) {
      const wanted = fine[i]!.mean - mean * gamma;
      while (j < between.length - 2 && between[j + 1]!.mean < wanted) j++;
      const [a, b] = [between[j]!, between[j + 1]!];
      const share = (wanted - a.mean) / (b.mean - a.mean);
      if (share >= 0 && share <= 1) consider(fine[i]!, { mean: wanted, std: a.std + share * (b.std - a.std) });
    }
    for (const b of coarse.slice(0, 1)) for (const a of fine) consider(a, b);
    for (const a of coarse.slice(0, 1)) for (const b of fine) consider(a, b);
    return least;
  };
}

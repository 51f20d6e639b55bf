import type { LevelSums } from './samples.ts';

/** Device-to-device and cycle-to-cycle spread of one level. */
export interface SpreadParts {
  readonly device: number;
  readonly cycle: number;
}

/**
 * Random-effects analysis of variance over the samples of a level: `values` are its programmed values, NaN where there is
 * none, `devices` says which belong together. Null where a sample has fewer than five devices that were programmed twice or
 * more; a device that it has twice counts as two.
 */
export function splitSpread(
  devices: readonly string[],
  values: Float64Array,
  sums: LevelSums,
): (sample: number) => SpreadParts | null {
  const groups = new Map<string, number[]>();
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const own = groups.get(devices[i]!);
    if (own) own.push(i);
    else groups.set(devices[i]!, [i]);
  });
  if (Array.from(groups.values()).every(own => own.length < 2)) return () => null;
  const about = values.find(value => !Number.isNaN(value)) ?? 0;
  // All programmings of a device are drawn together, so that its first one stands for it.
  const over = (of: (count: number, mean: number, within: number) => number): ((sample: number) => number) => {
    const column = new Float64Array(values.length);
    for (const own of groups.values()) {
      if (own.length < 2) continue;
      const mean = own.reduce((sum, i) => sum + values[i]! - about, 0) / own.length;
      const within = own.reduce((sum, i) => sum + (values[i]! - about - mean) ** 2, 0);
      column[own[0]!] = of(own.length, mean, within);
    }
    return sums.total(column);
  };
  const repeated = over(() => 1);
  const total = over(count => count);
  const squares = over(count => count * count);
  const sum = over((count, mean) => count * mean);
  const square = over((count, mean) => count * mean * mean);
  const within = over((_count, _mean, own) => own);
  return sample => {
    const [n, all] = [repeated(sample), total(sample)];
    if (n < 5) return null;
    const meanBetween = (square(sample) - sum(sample) ** 2 / all) / (n - 1);
    const meanWithin = within(sample) / (all - n);
    const size = (all - squares(sample) / all) / (n - 1);
    return { device: Math.sqrt(Math.max(0, (meanBetween - meanWithin) / size)), cycle: Math.sqrt(meanWithin) };
  };
}

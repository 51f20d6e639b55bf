import type { Programming } from './group.ts';
import { median } from './statistics.ts';

/** Cells that did not follow their programming. */
export interface Failures {
  /** 0 works, 1 stuck high, −1 stuck low; [programmings]. */
  readonly fault: Int8Array;
  /** Programmings in whose level the failure could be told from the spread. */
  readonly highVisible: Uint8Array;
  readonly lowVisible: Uint8Array;
}

/** Robust spreads from the median beyond which a cell counts as failed. */
const limit = 8;

/**
 * Cells further than eight robust spreads (median absolute deviations) from the median of their level. For the share of
 * failures a level counts only where the stuck conductance lies that far away.
 */
export function findFailures(programmings: readonly Programming[], levels: readonly number[]): Failures {
  const count = programmings.length;
  const fault = new Int8Array(count);
  const highVisible = new Uint8Array(count);
  const lowVisible = new Uint8Array(count);
  const first = Float64Array.from(programmings, p => p.means[0]!);
  const high = levels[levels.length - 1]!;
  levels.forEach((target, level) => {
    const own = Array.from(first.keys()).filter(i => programmings[i]!.level === level);
    const values = own.map(i => first[i]!);
    const middle = median(values);
    const spread = 1.4826 * median(values.map(value => Math.abs(value - middle)));
    const seeHigh = 0.95 * high - middle > limit * spread;
    const seeLow = target > 0 && 0.8 * middle > limit * spread;
    for (const i of own) {
      if (seeHigh) highVisible[i] = 1;
      if (seeLow) lowVisible[i] = 1;
      const away = first[i]! - middle;
      if (away > limit * spread && spread > 0) fault[i] = 1;
      else if (-away > limit * spread && spread > 0) fault[i] = -1;
    }
  });
  return { fault, highVisible, lowVisible };
}

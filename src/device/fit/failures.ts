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
 * Cells further than eight robust spreads (median absolute deviations) from the median of their level that are as far out
 * as stuck cells are: at the highest level's conductance, or below a fifth of their own level's. Others that far away are
 * the tail of a distribution. For the share of failures a level counts only where the stuck conductance lies that far away.
 */
export function findFailures(programmings: readonly Programming[], levels: readonly number[]): Failures {
  const count = programmings.length;
  const failures = {
    fault: new Int8Array(count),
    highVisible: new Uint8Array(count),
    lowVisible: new Uint8Array(count),
  };
  const high = levels[levels.length - 1]!;
  levels.forEach((target, level) => {
    const own = Array.from(programmings.keys()).filter(i => programmings[i]!.level === level);
    const found = failuresAmong(
      own.map(i => programmings[i]!.means[0]!),
      high,
    );
    own.forEach((i, k) => {
      failures.fault[i] = found.fault[k]!;
      failures.highVisible[i] = Number(found.seeHigh);
      failures.lowVisible[i] = Number(found.seeLow && target > 0);
    });
  });
  return failures;
}

/** Which values of one level are failures, and which failures could be seen there; `high` is the conductance of stuck-high cells. */
export function failuresAmong(
  values: readonly number[],
  high: number,
): { readonly fault: Int8Array; readonly seeHigh: boolean; readonly seeLow: boolean } {
  const middle = median(values);
  const spread = 1.4826 * median(values.map(value => Math.abs(value - middle)));
  const far = (away: number): boolean => spread > 0 && away > limit * spread;
  const fault = Int8Array.from(values, value => {
    if (far(value - middle) && value > 0.9 * high && middle < 0.9 * high) return 1;
    return far(middle - value) && value < 0.2 * middle ? -1 : 0;
  });
  return { fault, seeHigh: 0.95 * high - middle > limit * spread, seeLow: 0.8 * middle > limit * spread };
}

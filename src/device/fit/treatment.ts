import type { Measurements } from './measurements.ts';
import { type MeanStd, meanStd } from './statistics.ts';

/** What a treatment, such as half an hour in an oven, made of the cells of one level, S. */
export interface TreatedLevel {
  readonly target: number;
  readonly count: number;
  readonly before: MeanStd;
  readonly after: MeanStd;
  /** Of each cell: after less before. */
  readonly change: MeanStd;
  /** Standard error of the mean change. */
  readonly changeError: number;
  /** Correlation of a cell's change with where it stood before. */
  readonly correlation: number;
}

/** Compares readings before (`reference`) and after a treatment, level by level; `levelOf` gives the level of a row. */
export function treatedLevels(
  { conductance, reference }: Measurements & { readonly reference: Float64Array },
  targets: readonly number[],
  levelOf: Int32Array,
): TreatedLevel[] {
  return targets.map((target, level) => {
    const rows = Array.from(levelOf.keys()).filter(i => levelOf[i] === level);
    const first = rows.map(i => reference[i]!);
    const change = rows.map(i => conductance[i]! - reference[i]!);
    const [before, moved] = [meanStd(first), meanStd(change)];
    let cross = 0;
    first.forEach((value, k) => {
      cross += (value - before.mean) * (change[k]! - moved.mean);
    });
    const scale = (rows.length - 1) * before.std * moved.std;
    return {
      target,
      count: rows.length,
      before,
      after: meanStd(rows.map(i => conductance[i]!)),
      change: moved,
      changeError: moved.std / Math.sqrt(rows.length),
      correlation: scale > 0 ? cross / scale : 0,
    };
  });
}

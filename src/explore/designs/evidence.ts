import type { Address } from '../../base/index.ts';
import type { Bill } from '../../cost/index.ts';
import type { Dataset } from '../../data/index.ts';
import type { Evidence as Found, Wanted } from '../../pipeline/index.ts';
import type { Goals } from '../study-file/goals.ts';
import { placesOf, rowVariance } from './row-variance.ts';

/** What one piece of work says of a design: plain JSON. */
export type DesignEvidence = {
  /** Numbers of the chips, and how many rows they were asked. */
  readonly chips: readonly number[];
  readonly rows: number;
  /** Of each metric and time, one value a chip; null where a chip has none. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  /** The variance that means over chips owe to which rows there were, where it is known. */
  readonly rowVariance: Readonly<Record<string, number>>;
  readonly prices?: Readonly<Record<string, number>>;
  /** What prices follow from, where asked for. */
  readonly bill?: Bill;
  /** Names the training that the design came from. */
  readonly trained: Address;
  /** Where asked for: how much each block of rows adds to or takes from them. */
  readonly rowBlocks?: Readonly<Record<string, readonly number[]>>;
};

/** A metric at a time in evidence: the design's own time has no name. */
export const labelOf = (metric: string, at?: number): string => (at === undefined ? metric : `${metric} @ ${at} s`);

/** Metrics and times that goals are about, `own` being the time that the design counts on. */
export function asked({ objectives, limits }: Goals, own: number) {
  const goals = [...objectives, ...limits.map(({ goal }) => goal)].map(({ of }) => of);
  const ofChips = goals.flatMap(of => ('metric' in of ? [of] : []));
  return {
    metrics: [...new Set(ofChips.map(({ metric }) => metric))],
    times: [...new Set(ofChips.map(({ at = own }) => at))],
    labels: ofChips.map(({ metric, at }) => ({ label: labelOf(metric, at), metric, time: at ?? own })),
    prices: goals.some(of => 'price' in of),
  };
}

/** Evidence as it is kept, from what the pipeline found for these goals. */
export function condensed(
  goals: Goals,
  own: number,
  { chips, rows }: Pick<Required<Wanted>, 'chips' | 'rows'>,
  found: Found,
  data: Dataset,
  trained: Address,
  withBlocks = false,
): DesignEvidence {
  const { labels, times } = asked(goals, own);
  const values: Record<string, (number | null)[]> = {};
  const variances: Record<string, number> = {};
  const blocks: Record<string, readonly number[]> = {};
  const { groups } = data[rows.split]!;
  for (const { label, metric, time } of labels) {
    const ofTime = found.rows.filter(row => row.time === time);
    values[label] = chips.map(chip => {
      const value = ofTime.find(row => row.chip === chip)!.values[metric];
      return value === undefined || !Number.isFinite(value) ? null : value;
    });
    const all = found.arrays[`rows/${metric}`];
    if (!all) continue;
    const part = new Float64Array(chips.length * rows.count);
    for (let c = 0; c < chips.length; c++) {
      const from = (c * times.length + times.indexOf(time)) * rows.count;
      part.set(all.subarray(from, from + rows.count), c * rows.count);
    }
    const asked = groups?.subarray(rows.from, rows.from + rows.count);
    const variance = rowVariance(part, chips.length, rows.count, asked);
    if (!Number.isFinite(variance)) continue;
    variances[label] = variance;
    if (withBlocks) blocks[label] = rowBlocks(part, chips.length, rows.count, asked);
  }
  return {
    chips,
    rows: rows.count,
    values,
    rowVariance: variances,
    ...(Object.keys(found.prices).length > 0 && { prices: found.prices }),
    ...(found.bill && { bill: found.bill }),
    trained,
    ...(withBlocks && { rowBlocks: blocks }),
  };
}

/** Blocks of rows at most. */
const mostBlocks = 64;

/**
 * How much a mean over chips and rows changes with each block of rows, [blocks], sum 0: the deviations of its rows from
 * the mean, summed, over all rows. Rows of a group are in one block; so drawn anew, blocks say what other rows would do.
 */
function rowBlocks(losses: Float64Array, chips: number, rows: number, groups?: ArrayLike<number>): number[] {
  const ofRow = new Float64Array(rows);
  for (let i = 0; i < losses.length; i++) ofRow[i % rows]! += losses[i]! / chips;
  const mean = meanOf(Array.from(ofRow));
  const places = placesOf(rows, groups);
  const count = Math.min(mostBlocks, Math.max(...places) + 1);
  const blocks = new Array<number>(count).fill(0);
  places.forEach((place, r) => {
    blocks[place % count]! += (ofRow[r]! - mean) / rows;
  });
  return blocks;
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

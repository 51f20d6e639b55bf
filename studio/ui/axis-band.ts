import { numberOn, type ParallelAxis, placeOn } from '../../src/report/figures/parallel-axis.ts';
import type { Condition } from '../../src/studio/asked.ts';

/** A part of an axis, 0 at its foot … 1 at its head. */
export type Band = readonly [from: number, to: number];

/** The conditions of a band; an end of the axis is none. */
export function conditionsOf(axis: ParallelAxis, [from, to]: Band): readonly Condition[] {
  const { name } = axis;
  const rounded = (place: number) => Number(numberOn(axis, place).toPrecision(3));
  return [...(from > 0 ? [{ name, least: rounded(from) }] : []), ...(to < 1 ? [{ name, most: rounded(to) }] : [])];
}

/** The band that conditions leave of an axis. */
export function bandOf(axis: ParallelAxis, conditions: readonly Condition[]): Band {
  const within = (value: number) => Math.min(1, Math.max(0, placeOn(axis, value)));
  const ends = { least: 0, most: 1 };
  for (const { least, most } of conditions) {
    if (least !== undefined) ends.least = within(least);
    if (most !== undefined) ends.most = within(most);
  }
  return [ends.least, ends.most];
}

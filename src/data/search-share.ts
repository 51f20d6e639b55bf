import { z } from 'zod';
import { insist } from '../base/index.ts';
import { fold, type Key, permutation } from '../random/index.ts';
import { cutBetweenGroups } from './cut.ts';
import type { RawSplit } from './raw-split.ts';
import { rowsOf } from './sample-rows.ts';

/** The field of every source that keeps rows from training. */
export const searchField = z
  .number()
  .positive()
  .lt(1)
  .optional()
  .describe(
    'Share of the training rows that is kept from training as a split of its own, on which a study compares designs; none by default.',
  );

/** The value of `searchField`. */
export interface SearchShare {
  readonly search?: number | undefined;
}

/** Rows to train on, in their order, and rows to search on, in an order by chance; both know their numbers in the whole. */
export interface Parted {
  readonly train: RawSplit;
  readonly search?: RawSplit;
}

/**
 * Parts a training split by a key of its own, so that the other splits and the order of what is left stay what they were.
 * With `groupNames` whole groups go to one side, the cut next to where it should be.
 */
export function withoutSearch(
  key: Key,
  train: RawSplit,
  { search: share }: SearchShare,
  groupNames?: readonly string[],
): Parted {
  if (share === undefined) return { train };
  const { count, groups } = train;
  const wanted = Math.round(share * count);
  insist(wanted >= 1 && wanted < count, {
    path: ['data', 'search'],
    rule: `${share} of ${count} training rows leaves a side without rows`,
    hint: 'give another share or more rows',
  });
  const own = fold(key, 'search');
  const order = permutation(own, count);
  const counts = [wanted, count - wanted, 0] as const;
  const [away] =
    groupNames && groups
      ? cutBetweenGroups(own, order, { groups, groupNames }, counts, ['data', 'search'], 'the training split')
      : [order.subarray(0, wanted)];
  const kept = new Set(away);
  const left = Int32Array.from({ length: count }, (_, row) => row).filter(row => !kept.has(row));
  const search = order.filter(row => kept.has(row));
  return {
    train: { ...rowsOf(train, left), numbers: left },
    search: { ...rowsOf(train, search), numbers: search },
  };
}

import { InputError } from '../base/index.ts';
import { fold, type Key, permutation } from '../random/index.ts';
import type { Examples } from './examples.ts';
import type { Division } from './fields.ts';

/** Rows of each split, by their numbers. */
type Cut = readonly [train: Int32Array, validation: Int32Array, test: Int32Array];

/** The first rows of an order as training, the next as validation, the next as test split. */
export function cutAt(order: Int32Array, [train, validation, test]: readonly [number, number, number]): Cut {
  const from = [0, train, train + validation, train + validation + test] as const;
  return [order.subarray(from[0], from[1]), order.subarray(from[1], from[2]), order.subarray(from[2], from[3])];
}

/** Whole groups in random order, each split ending with the group whose end is nearest to the rows it should have. */
export function cutBetweenGroups(
  key: Key,
  order: Int32Array,
  { groups, groupNames = [] }: Pick<Examples, 'groups' | 'groupNames'>,
  counts: readonly [number, number, number],
  path: readonly string[],
  where: string,
): Cut {
  const members = groupNames.map((): number[] => []);
  for (let i = 0; i < order.length; i++) members[groups![order[i]!]!]!.push(order[i]!);
  const arranged = Array.from(permutation(fold(key, 'groups'), members.length), g => members[g]!).filter(m => m.length);
  let rows = 0;
  const ends = [0, ...arranged.map(own => (rows += own.length))];
  const nearest = (row: number) =>
    ends.reduce((best, end) => (Math.abs(end - row) < Math.abs(best - row) ? end : best), 0);
  const [train, validation, test] = counts;
  const [first, second, third] = [train, train + validation, train + validation + test].map(nearest) as [
    number,
    number,
    number,
  ];
  const found = [first, second - first, third - second] as const;
  if (found[0] < 1 || found[1] < 1 || (test > 0 && found[2] < 1)) {
    const wanted = test > 0 ? counts : counts.slice(0, 2);
    throw new InputError({
      path,
      rule: `${where} has ${arranged.length} groups that stay whole, of ${arranged.map(own => own.length).join(', ')} rows, which cannot make splits of about ${wanted.join(', ')} rows`,
      hint: 'give other shares or more groups',
    });
  }
  return cutAt(Int32Array.from(arranged.flat()), found);
}

/** Rows of training, validation and test split; fractions are rounded so that together they take what they should. */
export function countsOf(
  parts: Pick<Division, 'train' | 'validation' | 'test'>,
  rows: number,
  where: string,
  ownTest: boolean,
): [number, number, number] {
  const names = ['train', 'validation', ...(ownTest ? [] : ['test'])] as ('train' | 'validation' | 'test')[];
  let fraction = 0;
  let sum = 0;
  const counts = names.map(name => {
    const value = parts[name];
    if (value >= 1 && !Number.isInteger(value)) {
      throw new InputError({
        path: ['data', name],
        rule: 'must be a fraction below 1 or a whole number of rows',
        value,
      });
    }
    if (value >= 1) return value;
    const before = Math.round(fraction * rows);
    fraction += value;
    return Math.round(fraction * rows) - before;
  });
  for (const [i, count] of counts.entries()) {
    if (count < 1) {
      throw new InputError({
        path: ['data', names[i]!],
        rule: `${parts[names[i]!]} of ${rows} rows leaves the split empty`,
        hint: 'ask for more',
      });
    }
    sum += count;
  }
  if (sum > rows || fraction > 1 + 1e-9) {
    const asked = names.map((name, i) => `${name} ${counts[i]}`).join(', ');
    throw new InputError(`${where}: has ${rows} rows, but ${asked} need ${sum}; ask for fewer rows.`);
  }
  return [counts[0]!, counts[1]!, counts[2] ?? 0];
}

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
  if (counts.some((count, i) => count > 0 && found[i]! < 1)) {
    const wanted = counts.filter(count => count > 0);
    throw new InputError({
      path,
      rule: `${where} has ${arranged.length} groups that stay whole, of ${arranged.map(own => own.length).join(', ')} rows, which cannot make splits of about ${wanted.join(', ')} rows`,
      hint: 'give other shares or more groups',
    });
  }
  return cutAt(Int32Array.from(arranged.flat()), found);
}

/** The splits that are cut, and so have rows of the whole. */
type Part = 'train' | 'validation' | 'test';

/**
 * Rows of training, validation and test split, 0 of those in `own`, which a source brings itself; where validation is one of
 * them, training has all that the others leave. Fractions are rounded so that together they take what they should.
 */
export function countsOf(
  parts: Pick<Division, Part>,
  rows: number,
  where: string,
  own: ReadonlySet<Part>,
): [number, number, number] {
  const rest = own.has('validation');
  const names = (['train', 'validation', 'test'] as const).filter(
    name => !own.has(name) && !(rest && name === 'train'),
  );
  const counts: Record<Part, number> = { train: 0, validation: 0, test: 0 };
  let fraction = 0;
  for (const name of names) {
    const value = parts[name];
    if (value >= 1 && !Number.isInteger(value)) {
      throw new InputError({
        path: ['data', name],
        rule: 'must be a fraction below 1 or a whole number of rows',
        value,
      });
    }
    const before = Math.round(fraction * rows);
    if (value < 1) fraction += value;
    counts[name] = value < 1 ? Math.round(fraction * rows) - before : value;
    if (counts[name] < 1) {
      throw new InputError({
        path: ['data', name],
        rule: `${value} of ${rows} rows leaves the split empty`,
        hint: 'ask for more',
      });
    }
  }
  const sum = counts.train + counts.validation + counts.test;
  if (sum > rows - (rest ? 1 : 0) || fraction > 1 + 1e-9) {
    const asked = names.map(name => `${name} ${counts[name]}`).join(', ');
    throw new InputError(`${where}: has ${rows} rows, but ${asked} need ${sum}; ask for fewer rows.`);
  }
  return [rest ? rows - sum : counts.train, counts.validation, counts.test];
}

import type { Split } from './dataset.ts';
import type { RawSplit, Reals } from './raw-split.ts';

/** The rows of a split at these places, in this order. */
export function rowsOf(split: Split, rows: ArrayLike<number>): Split;
export function rowsOf(split: RawSplit, rows: ArrayLike<number>): RawSplit;
export function rowsOf(
  { count, inputs, labels, targets, groups, numbers: own }: RawSplit,
  rows: ArrayLike<number>,
): RawSplit {
  const widthOf = (values: ArrayLike<number>) => (count > 0 ? values.length / count : 0);
  const part = <A extends Reals | Int32Array>(values: A, out: A): A => {
    const width = widthOf(values);
    for (let i = 0; i < rows.length; i++) {
      out.set(values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
    }
    return out;
  };
  const reals = (values: Reals) => {
    const length = rows.length * widthOf(values);
    return part(values, values instanceof Float64Array ? new Float64Array(length) : new Float32Array(length));
  };
  const numbers = (values: Int32Array) => part(values, new Int32Array(rows.length * widthOf(values)));
  return {
    count: rows.length,
    inputs: reals(inputs),
    labels: numbers(labels),
    targets: reals(targets),
    ...(groups && { groups: numbers(groups) }),
    ...(own && { numbers: numbers(own) }),
  };
}

/** At most `most` rows of a split, evenly spaced, for generated splits may be in order of their classes. */
export function sampleRows(split: Split, most: number): Split {
  const { count } = split;
  if (count <= most) return split;
  return rowsOf(
    split,
    Int32Array.from({ length: most }, (_, i) => Math.floor((i * count) / most)),
  );
}

import type { Split } from './dataset.ts';

/** The rows of a split at these places, in this order. */
export function rowsOf(
  { count, inputs, labels, targets, groups, numbers: own }: Split,
  rows: ArrayLike<number>,
): Split {
  const widthOf = (values: ArrayLike<number>) => (count > 0 ? values.length / count : 0);
  const part = <A extends Float32Array | Int32Array>(values: A, out: A): A => {
    const width = widthOf(values);
    for (let i = 0; i < rows.length; i++) {
      out.set(values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
    }
    return out;
  };
  const reals = (values: Float32Array) => part(values, new Float32Array(rows.length * widthOf(values)));
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

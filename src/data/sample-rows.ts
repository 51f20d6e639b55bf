import type { Split } from './dataset.ts';

/** The rows of a split at these places, in this order. */
export function rowsOf({ count, inputs, labels, targets }: Split, rows: Int32Array): Split {
  const part = <A extends Float32Array | Int32Array>(values: A): A => {
    const width = values.length / count;
    const out = values.slice(0, rows.length * width) as A;
    rows.forEach((row, i) => void out.set(values.subarray(row * width, (row + 1) * width), i * width));
    return out;
  };
  return { count: rows.length, inputs: part(inputs), labels: part(labels), targets: part(targets) };
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

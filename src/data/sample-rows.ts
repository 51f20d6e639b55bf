import type { Split } from './dataset.ts';

/** At most `most` rows of a split, evenly spaced, for generated splits may be in order of their classes. */
export function sampleRows(split: Split, most: number): Split {
  const { count, inputs, labels, targets } = split;
  if (count <= most) return split;
  const pick = <T extends Float32Array | Int32Array>(values: T): T => {
    const width = values.length / count;
    const out = values.slice(0, most * width) as T;
    for (let i = 0; i < most; i++) {
      const row = Math.floor((i * count) / most);
      out.set(values.subarray(row * width, (row + 1) * width), i * width);
    }
    return out;
  };
  return { count: most, inputs: pick(inputs), labels: pick(labels), targets: pick(targets) };
}

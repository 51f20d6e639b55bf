import type { Split, Standardisation } from './dataset.ts';

/** Mean and spread of each column of `values` [count, width], or of all of them together. A constant column gets spread 1. */
export function fitScale(values: Float32Array, count: number, how: 'features' | 'whole'): Standardisation {
  const width = values.length / count;
  const mean = columnMeans(values, width, how);
  const variance = columnMeans(values, width, how, mean);
  const std = variance.map((value, j) => {
    const spread = Math.sqrt(value);
    return spread > 1e-12 * Math.max(1, Math.abs(mean[j]!)) ? spread : 1;
  });
  return { mean, std };
}

/** Means of x, or of (x − centre)² where there is a centre. */
function columnMeans(
  values: Float32Array,
  width: number,
  how: 'features' | 'whole',
  centre?: Float64Array,
): Float64Array {
  const sums = new Float64Array(width);
  for (let at = 0; at < values.length; at += width) {
    for (let j = 0; j < width; j++) {
      const value = values[at + j]!;
      sums[j]! += centre ? (value - centre[j]!) ** 2 : value;
    }
  }
  const rows = values.length / width;
  if (how === 'whole') return sums.fill(sums.reduce((sum, value) => sum + value, 0) / (rows * width));
  return sums.map(sum => sum / rows);
}

/** (x − mean)/std of every row. */
export function applyScale(values: Float32Array, { mean, std }: Standardisation): Float32Array {
  const out = new Float32Array(values.length);
  const width = mean.length;
  for (let at = 0; at < values.length; at += width) {
    for (let j = 0; j < width; j++) out[at + j] = (values[at + j]! - mean[j]!) / std[j]!;
  }
  return out;
}

/** x·std + mean of every row: what `applyScale` was given. */
export function restored(values: Float32Array, { mean, std }: Standardisation): Float32Array {
  const out = new Float32Array(values.length);
  const width = mean.length;
  for (let at = 0; at < values.length; at += width) {
    for (let j = 0; j < width; j++) out[at + j] = values[at + j]! * std[j]! + mean[j]!;
  }
  return out;
}

/** A split with its inputs and targets standardised where scales are given. */
export function standardised(split: Split, inputScale?: Standardisation, targetScale?: Standardisation): Split {
  return {
    ...split,
    inputs: inputScale ? applyScale(split.inputs, inputScale) : split.inputs,
    targets: targetScale ? applyScale(split.targets, targetScale) : split.targets,
  };
}

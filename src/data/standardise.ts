import type { Split, Standardisation } from './dataset.ts';
import type { RawSplit, Reals } from './raw-split.ts';

/**
 * Mean and spread of each column of `values` [count, width], or of all of them together, in whatever units they are: sums run
 * over differences from the first value in shares of the largest, so that neither a small spread about a large value nor tiny
 * or huge numbers vanish. A constant column gets spread 1.
 */
export function fitScale(values: Reals, count: number, how: 'features' | 'whole'): Standardisation {
  const width = values.length / count;
  const mean = new Float64Array(width);
  const std = new Float64Array(width);
  if (how === 'whole') {
    const whole = scaleOf(values, 0, 1);
    return { mean: mean.fill(whole.mean), std: std.fill(whole.std) };
  }
  for (let j = 0; j < width; j++) {
    const column = scaleOf(values, j, width);
    mean[j] = column.mean;
    std[j] = column.std;
  }
  return { mean, std };
}

/** Mean and spread of every `step`-th value from `first` on. */
function scaleOf(values: Reals, first: number, step: number): { mean: number; std: number } {
  const origin = values[first]!;
  let range = 0;
  for (let at = first; at < values.length; at += step) range = Math.max(range, Math.abs(values[at]! - origin));
  if (range === 0) return { mean: origin, std: 1 };
  let [sum, count] = [0, 0];
  for (let at = first; at < values.length; at += step, count++) sum += (values[at]! - origin) / range;
  const centre = sum / count;
  let squares = 0;
  for (let at = first; at < values.length; at += step) squares += ((values[at]! - origin) / range - centre) ** 2;
  return { mean: origin + range * centre, std: range * Math.sqrt(squares / count) };
}

/** (x − mean)/std of every row. */
export function applyScale(values: Reals, { mean, std }: Standardisation): Float32Array {
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

/** A split with its inputs and targets standardised where scales are given, in single precision. */
export function standardised(split: RawSplit, inputScale?: Standardisation, targetScale?: Standardisation): Split {
  const single = (values: Reals, scale: Standardisation | undefined): Float32Array =>
    scale ? applyScale(values, scale) : values instanceof Float32Array ? values : Float32Array.from(values);
  return { ...split, inputs: single(split.inputs, inputScale), targets: single(split.targets, targetScale) };
}

import type { Activation } from './kernels.ts';

/** A classifier of dense layers with offsets, linear at the end, as `softmaxNetwork` takes it. */
export interface DenseShape {
  /** Units of the input and of every layer, at least two numbers. */
  readonly widths: Int32Array;
  readonly rows: number;
  /** What follows every layer but the last. */
  readonly hidden: Activation;
}

/** The readable definition of `softmaxNetwork`, with the activation and its derivative by its value. */
export function softmaxNetwork(
  gradient: Float64Array,
  weights: Float64Array,
  inputs: Float64Array,
  labels: Int32Array,
  { widths, rows }: Pick<DenseShape, 'widths' | 'rows'>,
  activation: (x: number) => number,
  slope: (y: number) => number,
): number {
  const last = widths.length - 1;
  const values = Array.from(widths, width => new Float64Array(width));
  const slopes = Array.from(widths, width => new Float64Array(width));
  gradient.fill(0);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const [first] = values as [Float64Array];
    for (let i = 0; i < first.length; i++) first[i] = inputs[i * rows + row]!;
    let at = 0;
    for (let l = 0; l < last; l++) {
      const [x, y] = [values[l]!, values[l + 1]!];
      const offsets = at + x.length * y.length;
      for (let j = 0; j < y.length; j++) {
        let total = weights[offsets + j]!;
        for (let i = 0; i < x.length; i++) total += x[i]! * weights[at + i * y.length + j]!;
        y[j] = l + 1 < last ? activation(total) : total;
      }
      at = offsets + y.length;
    }
    const [logits, label] = [values[last]!, labels[row]!];
    const most = Math.max(...logits);
    const sum = logits.reduce((total, z) => total + Math.exp(z - most), 0);
    loss += Math.log(sum) + most - logits[label]!;
    for (let j = 0; j < logits.length; j++) {
      slopes[last]![j] = Math.exp(logits[j]! - most) / sum - (j === label ? 1 : 0);
    }
    for (let l = last - 1; l >= 0; l--) {
      const [x, d, before] = [values[l]!, slopes[l + 1]!, slopes[l]!];
      at -= (x.length + 1) * d.length;
      for (let i = 0; i < x.length; i++) {
        let total = 0;
        for (let j = 0; j < d.length; j++) {
          gradient[at + i * d.length + j]! += x[i]! * d[j]!;
          total += weights[at + i * d.length + j]! * d[j]!;
        }
        before[i] = total * slope(x[i]!);
      }
      for (let j = 0; j < d.length; j++) gradient[at + x.length * d.length + j]! += d[j]!;
    }
  }
  return loss;
}

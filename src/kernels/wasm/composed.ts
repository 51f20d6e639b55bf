import type { DenseShape } from '../dense.ts';
import type { Kernels } from '../kernels.ts';

type Needs = Pick<
  Kernels,
  | 'product'
  | 'axpy'
  | 'unary'
  | 'activationGradient'
  | 'softmaxCrossEntropy'
  | 'sumRows'
  | 'tabulate'
  | 'binary'
  | 'sum'
  | 'dot'
  | 'scale'
>;

/** Kernels of several steps, of those for each step. */
export function composed(kernels: Needs): Pick<Kernels, 'softmaxNetwork' | 'scatter' | 'normalise'> {
  const held = new Map<string, Float64Array>();
  const room = (name: string, length: number) => {
    let array = held.get(name);
    if (array?.length !== length) {
      array = new Float64Array(length);
      held.set(name, array);
    }
    return array;
  };
  return {
    softmaxNetwork: (gradient, weights, inputs, labels, shape) =>
      softmaxNetwork(kernels, room, gradient, weights, inputs, labels, shape),
    scatter(y, z, x, mean, std, low, high) {
      const [centre, spread] = [x.slice(0, y.length), x.slice(0, y.length)];
      if (mean) kernels.tabulate(centre, null, x, mean, low, high);
      kernels.tabulate(spread, null, x, std, low, high);
      kernels.binary('multiply', y, spread, z);
      kernels.axpy(y, 1, centre);
    },
    normalise(y, inverse, x, length, epsilon) {
      for (let from = 0, run = 0; from < y.length; from += length, run++) {
        const [before, after] = [x.subarray(from, from + length), y.subarray(from, from + length)];
        kernels.scale(after, before, 1, -kernels.sum(before) / length);
        const factor = 1 / Math.sqrt(kernels.dot(after, after) / length + epsilon);
        kernels.scale(after, after, factor, 0);
        if (inverse) inverse[run] = factor;
      }
    },
  };
}

function softmaxNetwork(
  kernels: Needs,
  room: (name: string, length: number) => Float64Array,
  gradient: Float64Array,
  weights: Float64Array,
  inputs: Float64Array,
  labels: Int32Array,
  { widths, rows, hidden }: DenseShape,
): number {
  const last = widths.length - 1;
  const values = [inputs];
  const places: number[] = [];
  let at = 0;
  for (let l = 0; l < last; l++) {
    const [k, n] = [widths[l]!, widths[l + 1]!];
    const y = room(`value ${l}`, rows * n);
    // Inputs lie feature by feature, values row by row.
    kernels.product(y, values[l]!, weights.subarray(at, at + k * n), { m: rows, n, k, transposeA: l === 0 });
    kernels.axpy(y, 1, weights.subarray(at + k * n, at + (k + 1) * n));
    if (l + 1 < last && hidden !== 'linear') kernels.unary(hidden, y, y);
    values.push(y);
    places.push(at);
    at += (k + 1) * n;
  }
  let d = room('slope', rows * widths[last]!);
  const loss = kernels.softmaxCrossEntropy(d, values[last]!, labels, rows, widths[last]!);
  for (let l = last - 1; l >= 0; l--) {
    const [k, n, from] = [widths[l]!, widths[l + 1]!, places[l]!];
    const x = values[l]!;
    kernels.product(gradient.subarray(from, from + k * n), x, d, { m: k, n, k: rows, transposeA: l > 0 });
    kernels.sumRows(gradient.subarray(from + k * n, from + (k + 1) * n), d, rows, n, false);
    if (l === 0) break;
    const back = room(`back ${l}`, rows * k);
    kernels.product(back, d, weights.subarray(from, from + k * n), { m: rows, n: k, k: n, transposeB: true });
    d = room(`slope ${l}`, rows * k).fill(0);
    kernels.activationGradient(d, back, x, hidden);
  }
  return loss;
}

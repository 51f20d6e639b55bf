import type { BatchNorm } from './batch-norms.ts';
import { arranged } from './layout.ts';
import type { MatchedLayer } from './place.ts';

/** One tensor in our names and layout, `count` values one after the other: [count, …shape]. */
export interface FittedTensor {
  readonly values: Float64Array;
  readonly std?: Float64Array;
  readonly magnitude?: Float64Array;
}

/**
 * The tensors of a network from those chosen for its layers: brought into our order by `sources`, batch normalisations
 * multiplied in (W·factor, b·factor + shift, spreads times |factor|), and offsets of layers that have none themselves
 * added where the network takes them.
 */
export function join(
  matched: readonly MatchedLayer[],
  sources: ReadonlyArray<Int32Array | null>,
  batchNorms: ReadonlyMap<string, BatchNorm>,
  count: number,
): Record<string, FittedTensor> {
  const tensors: Record<string, FittedTensor> = {};
  const added: Array<readonly [to: string, offsets: FittedTensor]> = [];
  matched.forEach(({ layer, weight, bias }, i) => {
    const norm = batchNorms.get(layer.name);
    const outputs = layer.weight.shape[1]!;
    const inputs = layer.weight.shape[0]!;
    const own = ({ values, std, magnitude }: FittedTensor, source: Int32Array | null, rows: number): FittedTensor => ({
      values: scaled(arranged(values, count, source), norm?.factor, rows, outputs),
      ...(std && { std: scaled(arranged(std, count, source), norm?.factor.map(Math.abs), rows, outputs) }),
      ...(magnitude && { magnitude: arranged(magnitude, count, source) }),
    });
    tensors[layer.weight.name] = own(weight.tensor, sources[i]!, inputs);
    const none = {
      values: new Float64Array(count * outputs),
      ...(weight.tensor.std && { std: new Float64Array(outputs) }),
    };
    const offsets = own(bias?.tensor ?? none, null, 1);
    if (norm) for (let k = 0; k < offsets.values.length; k++) offsets.values[k]! += norm.shift[k]!;
    if (layer.bias) tensors[layer.bias.name] = offsets;
    else if (layer.offsets && (bias || norm)) added.push([layer.offsets, offsets]);
  });
  for (const [to, offsets] of added) {
    const { values, std } = tensors[to]!;
    tensors[to] = {
      values: values.map((v, k) => v + offsets.values[k]!),
      ...(std && { std: std.map((s, k) => Math.hypot(s, offsets.std![k]!)) }),
    };
  }
  return tensors;
}

/** values [count, rows, outputs] times factor [count, outputs] or nothing; always a copy. */
function scaled(values: Float64Array, factor: Float64Array | undefined, rows: number, outputs: number): Float64Array {
  const out = values.slice();
  if (!factor) return out;
  for (let k = 0; k < out.length; k++) {
    const draw = Math.floor(k / (rows * outputs));
    out[k]! *= factor[draw * outputs + (k % outputs)]!;
  }
  return out;
}

import { elements, type NdArray, ndArray } from '../formats/index.ts';
import type { WantedTensor } from './fit.ts';

/** Values of one tensor in our layout: [count, …shape] for samples, [shape] for means, with a spread for moments. */
export interface OwnTensor extends WantedTensor {
  readonly values: Float32Array;
  readonly std?: Float32Array;
}

/**
 * Arrays to be written as safetensors or NPZ: `samples/…` with the draws along a first axis, behind one for the chains
 * where there are several, or `mean/…` and `std/…`. With `layout: 'output-first'` matrices are stored [outputs, inputs]
 * as PyTorch's nn.Linear has them.
 */
export function exportTensors(
  kind: 'moments' | 'samples' | 'point',
  tensors: readonly OwnTensor[],
  layout: 'output-first' | 'input-first' = 'input-first',
  chains = 1,
): Record<string, NdArray> {
  const out: Record<string, NdArray> = {};
  for (const { name, shape, values, std } of tensors) {
    const count = values.length / elements(shape);
    const lead = kind !== 'samples' ? [] : chains > 1 ? [chains, count / chains] : [count];
    const turn = layout === 'output-first' && shape.length === 2;
    const own = turn ? [...shape].reverse() : shape;
    const arranged = (data: Float32Array) => (turn ? transposed(data, shape as [number, number]) : data);
    out[`${kind === 'samples' ? 'samples' : 'mean'}/${name}`] = ndArray([...lead, ...own], arranged(values));
    if (std) out[`std/${name}`] = ndArray(own, arranged(std));
  }
  return out;
}

function transposed(values: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  const out = new Float32Array(values.length);
  for (let from = 0; from < values.length; from += rows * columns) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) out[from + j * rows + i] = values[from + i * columns + j]!;
    }
  }
  return out;
}

import { elements, type NdArray, ndArray } from '../formats/index.ts';
import { disarranged, type Layout, sourceOf, storedShape, type WantedLayer, type WantedTensor } from './layout.ts';

/** What is exported of one tensor in our layout, by the prefix of its name: [count, …shape], or [shape]. */
export type ExportedValues = Readonly<Record<string, (tensor: WantedTensor) => Float32Array>>;

/**
 * Arrays to be written as safetensors or NPZ, named by what they hold: `samples/…` with the draws along a first axis,
 * behind one for the chains where there are several, `mean/…` and `std/…`, `probability/…` and `magnitude/…`. Layouts
 * other than ours arrange weights as PyTorch or Flax have them.
 */
export function exportTensors(
  layers: readonly WantedLayer[],
  exported: ExportedValues,
  layout: Layout = 'input-first',
  chains = 1,
): Record<string, NdArray> {
  const out: Record<string, NdArray> = {};
  const put = (tensor: WantedTensor, shape: readonly number[], source: Int32Array | null) => {
    for (const [prefix, valuesOf] of Object.entries(exported)) {
      const values = valuesOf(tensor);
      const count = values.length / elements(shape);
      const lead = prefix !== 'samples' ? [] : chains > 1 ? [chains, count / chains] : [count];
      out[`${prefix}/${tensor.name}`] = ndArray([...lead, ...shape], disarranged(values, count, source));
    }
  };
  for (const layer of layers) {
    const { weight, bias } = layer;
    const shape = layout === 'input-first' ? weight.shape : storedShape(layer, layout);
    put(weight, shape, sourceOf(layer, layout, shape));
    if (bias) put(bias, bias.shape, null);
  }
  return out;
}

import { elements } from '../formats/index.ts';

/**
 * How a tool arranges weights:
 *
 * - `output-first`: matrices [outputs, inputs], kernels [outputs, channels, …window] (PyTorch)
 * - `input-first`: matrices [inputs, outputs] as x·W reads, kernels as above (models written with jax.lax) or our own matrices
 * - `channels-last`: matrices [inputs, outputs], kernels […window, channels, outputs], features in a row in the order
 *   …window, channel (Flax, Keras)
 */
export const layouts = {
  'output-first': 'output-first',
  'input-first': 'input-first',
  'channels-last': 'channels-last',
} as const;

export type Layout = keyof typeof layouts;

/** A tensor of the declared network: a weight matrix [inputs, outputs] or a bias [outputs]. */
export interface WantedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A layer of the declared network that has weights. */
export interface WantedLayer {
  readonly name: string;
  readonly weight: WantedTensor;
  readonly bias: WantedTensor | null;
  readonly kind: 'dense' | 'convolution';
  /**
   * What the rows of the matrix run over, first axis slowest: [channels, …window] of a convolution's kernels, the shape
   * of a dense layer's input.
   */
  readonly rows: readonly number[];
  /**
   * Name of the bias that an offset of this layer may be added to, where it has none itself: that of the last layer of
   * the branch, for the projection beside it.
   */
  readonly offsets?: string;
}

/** The shape in which a file of this layout holds a layer's weights. */
export function storedShape({ weight, kind, rows }: WantedLayer, layout: Layout): number[] {
  const [inputs, outputs] = weight.shape as [number, number];
  if (kind === 'dense') return layout === 'output-first' ? [outputs, inputs] : [inputs, outputs];
  if (layout === 'channels-last') return [...rows.slice(1), rows[0]!, outputs];
  return [outputs, ...rows];
}

/** Whether weights of this shape (without axes of draws) can be a layer's; axes of length one do not count. */
export function weightFits(layer: WantedLayer, layout: Layout, stored: readonly number[]): boolean {
  if (stored.length < 2) return false;
  const [inputs, outputs] = layer.weight.shape as [number, number];
  if (layer.kind === 'dense') {
    const [width, rest] =
      layout === 'output-first' ? [stored[0], stored.slice(1)] : [stored.at(-1), stored.slice(0, -1)];
    return width === outputs && elements(rest) === inputs;
  }
  if (isMatrix(layer, stored)) return layout === 'output-first' ? stored[0] === outputs : stored[1] === outputs;
  return long(stored) === long(storedShape(layer, layout));
}

/** A convolution's kernels as one matrix, which our own files hold. */
function isMatrix({ weight, rows }: WantedLayer, stored: readonly number[]): boolean {
  const [inputs, outputs] = weight.shape as [number, number];
  return stored.length === 2 && rows.length > 1 && elements(stored) === inputs * outputs;
}

const long = (shape: readonly number[]): string => shape.filter(length => length !== 1).join();

/** For each entry of our matrix [inputs, outputs] its place among the stored ones; null where they are in our order. */
export function sourceOf(layer: WantedLayer, layout: Layout, stored: readonly number[]): Int32Array | null {
  const [inputs, outputs] = layer.weight.shape as [number, number];
  const kernels = layer.kind === 'convolution' && !isMatrix(layer, stored);
  if (layout === 'output-first' || (layout === 'input-first' && kernels)) {
    return Int32Array.from({ length: inputs * outputs }, (_, k) => (k % outputs) * inputs + Math.floor(k / outputs));
  }
  const channels = layer.rows[0]!;
  const sides = inputs / channels;
  if (layout === 'input-first' || channels === 1 || sides === 1) return null;
  return Int32Array.from({ length: inputs * outputs }, (_, k) => {
    const row = Math.floor(k / outputs);
    return ((row % sides) * channels + Math.floor(row / sides)) * outputs + (k % outputs);
  });
}

/** `count` values one after the other, each brought into our order. */
export function arranged(values: Float64Array, count: number, source: Int32Array | null): Float64Array {
  if (!source) return values;
  const out = new Float64Array(values.length);
  for (let s = 0, from = 0; s < count; s++, from += source.length) {
    for (let k = 0; k < source.length; k++) out[from + k] = values[from + source[k]!]!;
  }
  return out;
}

/** The other way: our values, each brought into the stored order. */
export function disarranged(values: Float32Array, count: number, source: Int32Array | null): Float32Array {
  if (!source) return values;
  const out = new Float32Array(values.length);
  for (let s = 0, from = 0; s < count; s++, from += source.length) {
    for (let k = 0; k < source.length; k++) out[from + source[k]!] = values[from + k]!;
  }
  return out;
}

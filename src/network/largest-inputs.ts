import type { Floats } from '../kernels/index.ts';
import { type Precision, sizeOf, slice, Tape, type Tensor } from '../tensor/index.ts';
import type { Network } from './network.ts';

/** About how many numbers of all layers are held at a time. */
const mostNumbers = 1 << 22;

/**
 * Largest |input| of each matrix when the network of these weights [size] sees inputs [count, …inputShape]; 1 where nothing is
 * seen or all inputs are 0.
 */
export function largestInputs(network: Network, weights: Floats, inputs: Floats, count: number): number[] {
  if (count === 0) return network.matrices.map(() => 1);
  const { layers, inputShape, size } = network;
  const width = sizeOf(inputShape);
  const numbers = layers.reduce((total, { outputShape }) => total + sizeOf(outputShape), width);
  const rows = Math.max(1, Math.min(count, Math.floor(mostNumbers / numbers)));
  const precision: Precision = weights instanceof Float32Array ? 'f32' : 'f64';
  const tape = new Tape(precision);
  const some = tape.array(rows * width);
  const own = tape.array(size);
  own.set(weights.subarray(0, size));
  const flat = tape.constant([size], own);
  const seen: Tensor[] = [];
  network.forwardWith(tape, tape.constant([rows, ...inputShape], some), (layer, input) => {
    seen.push(input);
    return layer.linear(
      tape,
      input,
      layer.parameters.map(p => slice(flat, p.offset, p.shape)),
    );
  });
  const largest = new Float64Array(seen.length);
  for (let from = 0; from < count; from += rows) {
    const first = Math.min(from, count - rows);
    some.set(inputs.subarray(first * width, (first + rows) * width));
    tape.forward();
    seen.forEach(({ value }, m) => {
      for (let i = 0; i < value.length; i++) largest[m] = Math.max(largest[m]!, Math.abs(value[i]!));
    });
  }
  return Array.from(largest, most => most || 1);
}

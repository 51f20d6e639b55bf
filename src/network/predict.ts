import type { Floats } from '../kernels/index.ts';
import { type Precision, sizeOf, Tape, type Tensor } from '../tensor/index.ts';
import type { Network } from './network.ts';

/** Most inputs and about how many numbers of all layers are held at a time, so that they stay near the core. */
const most = 512;
const mostNumbers = 1 << 22;

interface Block {
  readonly weights: Floats;
  readonly inputs: Floats;
  readonly tape: Tape;
  readonly output: Tensor;
}

/**
 * `Network.predict` for a forward pass: the computation is recorded once per block size and replayed for each sample.
 * `numbers` are all that the layers hold for one input.
 */
export function predictor(
  inputShape: readonly number[],
  outputs: number,
  size: number,
  numbers: number,
  forward: (tape: Tape, x: Tensor, flat: Tensor) => Tensor,
): Network['predict'] {
  const width = sizeOf(inputShape);
  const rows = Math.min(most, Math.ceil(mostNumbers / numbers));
  const blocks = new Map<string, Block>();
  const blockOf = (precision: Precision, count: number): Block => {
    const name = `${precision} ${count}`;
    const known = blocks.get(name);
    if (known) return known;
    const tape = new Tape(precision);
    const inputs = tape.array(count * width).fill(0);
    const weights = tape.array(size).fill(0);
    const output = forward(tape, tape.constant([count, ...inputShape], inputs), tape.constant([size], weights));
    const block = { weights, inputs, tape, output };
    if (blocks.size >= 4) blocks.delete(blocks.keys().next().value!);
    blocks.set(name, block);
    return block;
  };
  return (out, weights, samples, inputs, count) => {
    const precision = out instanceof Float32Array ? 'f32' : 'f64';
    for (let from = 0; from < count; from += rows) {
      const some = Math.min(rows, count - from);
      const block = blockOf(precision, some);
      block.inputs.set(inputs.subarray(from * width, (from + some) * width));
      for (let s = 0; s < samples; s++) {
        block.weights.set(weights.subarray(s * size, (s + 1) * size));
        block.tape.forward();
        out.set(block.output.value, (s * count + from) * outputs);
      }
    }
  };
}

import type { Network } from '../network/index.ts';

/** Outputs of every weight vector on every input, and their sizes. */
export interface Outputs {
  /** Logits or regression outputs, [samples, count, outputs]. */
  readonly values: Float32Array;
  readonly samples: number;
  readonly count: number;
  readonly outputs: number;
}

/** What the network says in exact arithmetic for `samples` weight vectors: weights [samples, size], inputs [count, …]. */
export function predictSoftware(network: Network, weights: Float32Array, inputs: Float32Array, count: number): Outputs {
  const samples = weights.length / network.size;
  const values = new Float32Array(samples * count * network.outputs);
  network.predict(values, weights, samples, inputs, count);
  return { values, samples, count, outputs: network.outputs };
}

/** Class probabilities [samples, count, outputs] from logits, by softmax over the classes. */
export function probabilities({ values, samples, count, outputs }: Outputs): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < samples * count; i++) {
    const at = i * outputs;
    let top = values[at]!;
    for (let c = 1; c < outputs; c++) if (values[at + c]! > top) top = values[at + c]!;
    let total = 0;
    for (let c = 0; c < outputs; c++) {
      out[at + c] = Math.exp(values[at + c]! - top);
      total += out[at + c]!;
    }
    for (let c = 0; c < outputs; c++) out[at + c]! /= total;
  }
  return out;
}

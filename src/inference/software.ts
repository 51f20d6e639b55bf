import type { Job } from '../base/index.ts';
import type { Saturation } from '../crossbar/index.ts';
import { kernels } from '../kernels/index.ts';
import type { Network } from '../network/index.ts';

/** Outputs of every weight vector on every input, and their sizes. */
export interface Outputs {
  /** Logits or regression outputs, [samples, count, outputs]. */
  readonly values: Float32Array;
  readonly samples: number;
  readonly count: number;
  readonly outputs: number;
  /** Values that left their converter's range; absent in software. */
  readonly saturation?: Saturation;
}

/** What the network says in exact arithmetic for `samples` weight vectors: weights [samples, size], inputs [count, …]. */
export function predictSoftware(network: Network, weights: Float32Array, inputs: Float32Array, count: number): Outputs {
  const samples = weights.length / network.size;
  const values = new Float32Array(samples * count * network.outputs);
  network.predict(values, weights, samples, inputs, count);
  return { values, samples, count, outputs: network.outputs };
}

/**
 * `predictSoftware` weight vector by weight vector, with turns for other work between them: `each` gets the outputs of one,
 * with its number. They are those of the next one after `each` returns.
 */
export async function eachSoftwareSample(
  network: Network,
  weights: Float32Array,
  inputs: Float32Array,
  count: number,
  job: Job,
  each: (outputs: Outputs, sample: number) => void,
): Promise<void> {
  const { size, outputs } = network;
  const samples = weights.length / size;
  const values = new Float32Array(count * outputs);
  for (let s = 0; s < samples; s++) {
    network.predict(values, weights.subarray(s * size, (s + 1) * size), 1, inputs, count);
    each({ values, samples: 1, count, outputs }, s);
    job.progress((s + 1) / samples);
    const turn = job.turn();
    if (turn) await turn;
  }
}

/** All outputs of `eachSoftwareSample` in one. */
export async function predictSoftwareInTurns(
  network: Network,
  weights: Float32Array,
  inputs: Float32Array,
  count: number,
  job: Job,
): Promise<Outputs> {
  const { outputs } = network;
  const samples = weights.length / network.size;
  const values = new Float32Array(samples * count * outputs);
  await eachSoftwareSample(network, weights, inputs, count, job, (one, s) =>
    values.set(one.values, s * count * outputs),
  );
  return { values, samples, count, outputs };
}

/** Class probabilities [samples, count, outputs] from logits, by softmax over the classes. */
export function probabilities({ values, samples, count, outputs }: Outputs): Float32Array {
  return softmax(new Float32Array(values.length), values, samples * count, outputs);
}

/** Gives the class probabilities of sample s, [count, outputs], always in the same place. */
export function probabilitiesOf({ values, count, outputs }: Outputs): (s: number) => Float32Array {
  const size = count * outputs;
  const out = new Float32Array(size);
  return s => softmax(out, values.subarray(s * size, (s + 1) * size), count, outputs);
}

function softmax(out: Float32Array, logits: Float32Array, rows: number, classes: number): Float32Array {
  kernels().logSoftmax(out, logits, rows, classes);
  kernels().unary('exp', out, out);
  return out;
}

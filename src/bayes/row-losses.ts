import type { Split } from '../data/index.ts';
import { Tape, type Tensor } from '../tensor/index.ts';
import { type Model, negativeLogLikelihoods } from './model.ts';

/** Rows whose outputs are held at once. */
const most = 1024;

/**
 * Visits −log p(answer | row, w) under several weight vectors, blocks of rows from `from` on at a time: `losses` [samples, rows] lives
 * on `tape` until the next block. weights [samples, network.size]; `noiseStd` [targets] where the noise is homoscedastic.
 */
export function visitLosses(
  model: Model,
  weights: Float32Array,
  samples: number,
  split: Split,
  noiseStd: Float64Array | undefined,
  visit: (tape: Tape, losses: Tensor, from: number) => void,
): void {
  const { network, likelihood, targets } = model;
  const width = split.inputs.length / split.count;
  const tape = new Tape('f32');
  for (let from = 0; from < split.count; from += most) {
    const rows = Math.min(most, split.count - from);
    const inputs = split.inputs.subarray(from * width, (from + rows) * width);
    tape.reset();
    const values = tape.array(samples * rows * network.outputs);
    network.predict(values, weights, samples, inputs, rows);
    const answers = {
      labels: new Int32Array(targets > 0 ? 0 : samples * rows),
      targets: new Float32Array(samples * rows * targets),
    };
    for (let s = 0; s < samples; s++) {
      if (targets > 0)
        answers.targets.set(split.targets.subarray(from * targets, (from + rows) * targets), s * rows * targets);
      else answers.labels.set(split.labels.subarray(from, from + rows), s * rows);
    }
    const outputs = tape.constant([samples * rows, network.outputs], values);
    const logStd = noiseStd
      ? tape.constant(
          [targets],
          Float32Array.from(noiseStd, s => Math.log(s)),
        )
      : null;
    visit(tape, negativeLogLikelihoods(tape, likelihood, outputs, answers, logStd), from);
  }
}

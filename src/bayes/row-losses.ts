import type { Pieces } from '../base/index.ts';
import type { Split } from '../data/index.ts';
import type { Network } from '../network/index.ts';
import { Tape, type Tensor } from '../tensor/index.ts';
import { type Model, negativeLogLikelihoods } from './model.ts';

/** Rows whose outputs are held at once, and multiply-adds of a piece, a few milliseconds of them. */
const most = 1024;
const piece = 1 << 26;

/**
 * Visits −log p(answer | row, w) under several weight vectors, a block of rows from `from` on in a piece: `losses` [samples, rows] lives
 * on `tape` until the next block. weights [samples, network.size]; `noiseStd` [targets] where the noise is homoscedastic.
 */
export function* visitLosses(
  model: Model,
  weights: Float32Array,
  samples: number,
  split: Split,
  noiseStd: Float64Array | undefined,
  visit: (tape: Tape, losses: Tensor, from: number) => void,
): Pieces<void> {
  const { network, likelihood, targets } = model;
  const width = split.inputs.length / split.count;
  const tape = new Tape('f32');
  const atATime = Math.max(1, Math.min(most, Math.floor(piece / (samples * multiplyAdds(network)))));
  for (let from = 0; from < split.count; from += atATime) {
    const rows = Math.min(atATime, split.count - from);
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
    yield;
  }
}

/** Multiply-adds of a row under one weight vector. */
export const multiplyAdds = ({ matrices }: Network): number =>
  matrices.reduce((total, { weight, positions }) => total + weight.size * positions, 0);

import type { Split } from '../data/index.ts';
import { mixtureLoss, Tape } from '../tensor/index.ts';
import { type Model, negativeLogLikelihoods } from './model.ts';

/** Rows whose outputs are held at once. */
const most = 1024;

/**
 * Mean over the rows of a split of −log of the mean over weight vectors of p(answer | row, w), nats: the loss of the
 * averaged prediction. weights [samples, network.size]; `noiseStd` [targets] where the noise is homoscedastic.
 */
export function predictiveLoss(
  model: Model,
  weights: Float32Array,
  samples: number,
  split: Split,
  noiseStd?: Float64Array,
): number {
  const { network, likelihood, targets } = model;
  const width = split.inputs.length / split.count;
  const tape = new Tape('f32');
  let total = 0;
  for (let from = 0; from < split.count; from += most) {
    const rows = Math.min(most, split.count - from);
    const inputs = split.inputs.subarray(from * width, (from + rows) * width);
    tape.reset();
    const values = tape.array(samples * rows * network.outputs);
    network.predict(values, weights, samples, inputs, rows);
    const answers = {
      labels: new Int32Array(split.labels.length > 0 ? samples * rows : 0),
      targets: new Float32Array(samples * rows * targets),
    };
    for (let s = 0; s < samples; s++) {
      answers.labels.set(split.labels.subarray(from, from + rows), s * rows);
      answers.targets.set(split.targets.subarray(from * targets, (from + rows) * targets), s * rows * targets);
    }
    const outputs = tape.constant([samples * rows, network.outputs], values);
    const logStd = noiseStd
      ? tape.constant(
          [targets],
          Float32Array.from(noiseStd, s => Math.log(s)),
        )
      : null;
    const losses = negativeLogLikelihoods(tape, likelihood, outputs, answers, logStd);
    total += mixtureLoss(tape, losses, samples).value[0]!;
  }
  return total / split.count;
}

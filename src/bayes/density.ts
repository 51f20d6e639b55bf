import { slice, Tape, type Tensor } from '../tensor/index.ts';
import { knownLogStd, logNoisePrior, type Model, negativeLogLikelihood } from './model.ts';

/** A log density and its gradient, in double precision; all that a sampler needs to know. */
export interface Density {
  readonly size: number;
  /** log p at `position`; writes d log p / d position to `gradient`. Allocates nothing. */
  evaluate(gradient: Float64Array, position: Float64Array): number;
}

/** Most rows whose intermediate values are held at once. */
const most = 4096;

/** log p(training data | w) + log p(w), normalising constants included, over all training rows. */
export function logDensity(model: Model): Density {
  const { network, prior, train, size } = model;
  const position = new Float64Array(size);
  const blocks: { tape: Tape; loss: Tensor; slope: Float64Array }[] = [];
  for (let from = 0; from < train.count; from += most) {
    blocks.push(block(model, position, from, Math.min(train.count, from + most)));
  }
  const extra = size - network.size;
  return {
    size,
    evaluate(gradient, at) {
      position.set(at);
      gradient.fill(0);
      let total = prior.add(gradient, at);
      for (let b = 0; b < blocks.length; b++) {
        const { tape, loss, slope } = blocks[b]!;
        tape.forward();
        tape.backward(loss);
        for (let i = 0; i < size; i++) gradient[i]! -= slope[i]!;
        total -= loss.value[0]!;
      }
      return extra > 0 ? total + logNoisePrior(gradient, at, network.size, extra) : total;
    },
  };
}

function block(model: Model, position: Float64Array, from: number, to: number) {
  const { network, likelihood, train, size, targets } = model;
  const width = train.inputs.length / train.count;
  const tape = new Tape('f64');
  const slope = new Float64Array(size);
  const flat = tape.parameter([size], position, slope);
  const inputs = Float64Array.from(train.inputs.subarray(from * width, to * width));
  const x = tape.constant([to - from, ...network.inputShape], inputs);
  const parameters = network.parameters.map(p => slice(flat, p.offset, p.shape));
  const outputs = network.forward(tape, x, parameters);
  const logStd = size > network.size ? slice(flat, network.size, [targets]) : knownLogStd(tape, model);
  const answers = {
    labels: train.labels.subarray(from, to),
    targets: Float64Array.from(train.targets.subarray(from * targets, to * targets)),
  };
  return { tape, slope, loss: negativeLogLikelihood(tape, likelihood, outputs, answers, logStd) };
}

import { type Activation, kernels } from '../kernels/index.ts';
import { slice, Tape, type Tensor } from '../tensor/index.ts';
import { knownLogStd, logNoisePrior, type Model, negativeLogLikelihood } from './model.ts';

/** A log density and its gradient, in double precision; all that a sampler needs to know. */
export interface Density {
  readonly size: number;
  /** log p at `position`; writes d log p / d position to `gradient`. Allocates nothing. */
  evaluate(gradient: Float64Array, position: Float64Array): number;
}

/** −log p(some rows | w) at w; writes its gradient to `slope`. */
type Loss = (slope: Float64Array, position: Float64Array) => number;

/** Most rows whose intermediate values are held at once. */
const most = 4096;

/** Most weights of a network that goes through all layers in one pass. */
const mostWeights = 8192;

/** log p(training data | w) + log p(w), normalising constants included, over all training rows. */
export function logDensity(model: Model): Density {
  const { network, prior, train, size } = model;
  const slope = new Float64Array(size);
  const losses: Loss[] = [];
  const whole = inOnePass(model);
  if (whole) losses.push(whole);
  else {
    for (let from = 0; from < train.count; from += most) {
      losses.push(block(model, from, Math.min(train.count, from + most)));
    }
  }
  const extra = size - network.size;
  return {
    size,
    evaluate(gradient, at) {
      gradient.fill(0);
      let total = prior.add(gradient, at);
      for (let b = 0; b < losses.length; b++) {
        total -= losses[b]!(slope, at);
        for (let i = 0; i < size; i++) gradient[i]! -= slope[i]!;
      }
      return extra > 0 ? total + logNoisePrior(gradient, at, network.size, extra) : total;
    },
  };
}

/** The loss of a small classifier of dense layers, all rows in one kernel; undefined for other models. */
function inOnePass({ network, likelihood, train, size }: Model): Loss | undefined {
  const { layers, parameters, matrices } = network;
  const plain = layers.every(({ kind, matrix }) => kind === 'dense' && matrix?.bias);
  if (!plain || likelihood.kind !== 'classification' || likelihood.weights || size > mostWeights) return undefined;
  const activations = matrices.map(({ activation }) => activation);
  const hidden: Activation = activations[0]!;
  const alike = activations.every((activation, i) => activation === (i + 1 < layers.length ? hidden : 'linear'));
  const inOrder = parameters.every(
    ({ offset, size }, i) => offset + size === (parameters[i + 1]?.offset ?? network.size),
  );
  if (!alike || !inOrder) return undefined;
  const widths = Int32Array.of(matrices[0]!.rows - 1, ...matrices.map(({ columns }) => columns));
  const [features, rows] = [widths[0]!, train.count];
  const inputs = new Float64Array(features * rows);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < features; i++) inputs[i * rows + row] = train.inputs[row * features + i]!;
  }
  const math = kernels();
  const shape = { widths, rows, hidden };
  return (slope, position) => math.softmaxNetwork(slope, position, inputs, train.labels, shape);
}

/** The loss of rows `from` … `to` − 1 of any model. */
function block(model: Model, from: number, to: number): Loss {
  const { network, likelihood, train, size, targets } = model;
  const width = train.inputs.length / train.count;
  const tape = new Tape('f64');
  const position = new Float64Array(size);
  const own = new Float64Array(size);
  const flat = tape.parameter([size], position, own);
  const inputs = Float64Array.from(train.inputs.subarray(from * width, to * width));
  const x = tape.constant([to - from, ...network.inputShape], inputs);
  const parameters = network.parameters.map(p => slice(flat, p.offset, p.shape));
  const outputs = network.forward(tape, x, parameters);
  const logStd = size > network.size ? slice(flat, network.size, [targets]) : knownLogStd(tape, model);
  const answers = {
    labels: train.labels.subarray(from, to),
    targets: Float64Array.from(train.targets.subarray(from * targets, to * targets)),
  };
  const loss: Tensor = negativeLogLikelihood(tape, likelihood, outputs, answers, logStd);
  return (slope, at) => {
    position.set(at);
    tape.forward();
    tape.backward(loss);
    slope.set(own);
    return loss.value[0]!;
  };
}

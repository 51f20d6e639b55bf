import type { Floats } from '../kernels/index.ts';
import { fold, type Key } from '../random/index.ts';
import {
  channelAffine,
  mixtureLosses,
  type Precision,
  quantiseColumns,
  quantiseThrough,
  scale,
  slice,
  Tape,
  type Tensor,
} from '../tensor/index.ts';
import { drawFlipped, drawOutputs, type LinearDraw } from './linear-draw.ts';
import {
  knownLogStd,
  logNoisePrior,
  type Model,
  negativeLogLikelihood,
  negativeLogLikelihoods,
  totalOf,
} from './model.ts';
import { Batches, floats } from './optimise.ts';

/**
 * What is expected over the weights: `expected` E_q[−log p(D | w)], of the evidence lower bound; `predictive`
 * −log E_q[p(y | x, w)] of each row, estimated from the samples of a step: the loss of the prediction that the posterior
 * is used for (Morningstar, Alemi & Dillon, PAC^m-Bayes, AISTATS 2022, arXiv 2010.09629).
 */
export type Objective = 'expected' | 'predictive';

/**
 * The negative log-likelihood under independent Gaussian weights, and its gradients by each weight's mean and
 * variance. What the means and variances are functions of is up to the method.
 */
export class ExpectedLoss {
  /** Mean and variance of each weight, [size], set by the method before `evaluate`. */
  readonly mean: Floats;
  readonly variance: Floats;
  /** Derivatives of the loss by mean and by variance, for the whole training split. */
  readonly meanGradient: Floats;
  readonly varianceGradient: Floats;
  /** ln σ of targets whose noise is learned, and the gradient of the loss with its prior; empty otherwise. */
  readonly logNoise: Floats;
  readonly logNoiseGradient: Floats;
  readonly batches: Batches;
  /** Training rows per row of a batch. */
  readonly scale: number;
  readonly #tape: Tape;
  readonly #loss: Tensor;
  readonly #draws: LinearDraw[] = [];
  readonly #key: Key;

  /**
   * `samples` draws per row and step: of outputs for dense layers, of weights with flipped signs for convolutions.
   */
  constructor(
    key: Key,
    model: Model,
    options: {
      batch: number;
      samples: number;
      precision: Precision;
      objective?: Objective;
      inputBits?: number | null;
      outputBits?: number | null;
      covered?: number;
      /** Whether every column's output has a converter of its own range. */
      columnConverters?: boolean;
      /** What the sums of a matrix's columns are divided by before they are converted, as `columnScale` says. */
      columnScales?: readonly (Float32Array | undefined)[];
    },
  ) {
    const { network, likelihood, train, targets } = model;
    const { batch, samples, precision, objective = 'expected' } = options;
    const { size } = network;
    this.#key = fold(key, 'noise');
    this.batches = new Batches(fold(key, 'batches'), model, batch, samples, precision);
    this.scale = train.count / (this.batches.rows * (objective === 'expected' ? samples : 1));
    [this.mean, this.variance, this.meanGradient, this.varianceGradient] = [0, 0, 0, 0].map(() =>
      floats(precision, size),
    ) as [Floats, Floats, Floats, Floats];
    const learned = model.size - size;
    this.logNoise = floats(precision, learned);
    this.logNoiseGradient = floats(precision, learned);
    const tape = new Tape(precision);
    this.#tape = tape;
    const mean = tape.parameter([size], this.mean, this.meanGradient);
    const variance = tape.parameter([size], this.variance, this.varianceGradient);
    const x = tape.constant([samples * this.batches.rows, ...network.inputShape], this.batches.inputs);
    const convert = (value: Tensor, bits: number | null | undefined) =>
      bits ? quantiseThrough(tape, value, bits, options.covered) : value;
    const outputs = network.forwardWith(tape, x, (layer, activity) => {
      const input = convert(activity, options.inputBits);
      const of = (flat: Tensor) => layer.parameters.map(p => slice(flat, p.offset, p.shape));
      const draw = (layer.matrix.positions > 1 ? drawFlipped : drawOutputs)(tape, layer, input, of(mean), of(variance));
      const scale = options.outputBits ? options.columnScales?.[this.#draws.length] : undefined;
      this.#draws.push(draw);
      if (options.outputBits && options.columnConverters) {
        return quantiseColumns(tape, draw.value, options.outputBits, layer.matrix, options.covered);
      }
      if (!scale) return convert(draw.value, options.outputBits);
      const { positions } = layer.matrix;
      const none = new Float32Array(scale.length);
      const inverse = scale.map(s => 1 / s);
      const currents = convert(channelAffine(tape, draw.value, inverse, none, positions), options.outputBits);
      return channelAffine(tape, currents, scale, none, positions);
    });
    const logStd =
      learned > 0 ? tape.parameter([targets], this.logNoise, this.logNoiseGradient) : knownLogStd(tape, model);
    const loss =
      objective === 'expected'
        ? negativeLogLikelihood(tape, likelihood, outputs, this.batches, logStd)
        : totalOf(
            tape,
            likelihood,
            mixtureLosses(tape, negativeLogLikelihoods(tape, likelihood, outputs, this.batches, logStd), samples),
            this.batches.labels,
          );
    this.#loss = scale(tape, loss, this.scale);
  }

  /** Loss and gradients of a step's rows, scaled to the whole training split. */
  evaluate(step: number): number {
    this.batches.load(step);
    const key = fold(this.#key, step);
    for (let i = 0; i < this.#draws.length; i++) this.#draws[i]!.refill(fold(key, i));
    this.#tape.forward();
    this.#tape.backward(this.#loss);
    let loss = this.#loss.value[0]!;
    const g = this.logNoiseGradient;
    for (let i = 0; i < g.length; i++) g[i] = -g[i]!;
    if (g.length > 0) loss -= logNoisePrior(g, this.logNoise, 0, g.length);
    for (let i = 0; i < g.length; i++) g[i] = -g[i]!;
    return loss;
  }
}

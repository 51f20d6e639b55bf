import { type Floats, kernels } from '../kernels/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Precision, slice, Tape, type Tensor } from '../tensor/index.ts';
import { knownLogStd, logNoisePrior, type Model, negativeLogLikelihood } from './model.ts';
import { Batches, floats } from './optimise.ts';

/** −log p(D | w) − log p(w) and its gradient, the likelihood estimated from a minibatch and scaled to all rows. */
export class MinibatchGradient {
  /** [model.size], set by the method. */
  readonly weights: Floats;
  /** d/dw of the negative log density. */
  readonly gradient: Floats;
  readonly batches: Batches;
  readonly #model: Model;
  readonly #tape: Tape;
  readonly #loss: Tensor;
  readonly #ascent: Floats;

  constructor(key: Key, model: Model, batch: number, precision: Precision) {
    const { network, likelihood, size, targets } = model;
    this.#model = model;
    this.batches = new Batches(fold(key, 'batches'), model, batch, 1, precision);
    this.weights = floats(precision, size);
    this.gradient = floats(precision, size);
    this.#ascent = floats(precision, size);
    this.#tape = new Tape(precision);
    const flat = this.#tape.parameter([size], this.weights, this.gradient);
    const x = this.#tape.constant([this.batches.rows, ...network.inputShape], this.batches.inputs);
    const parameters = network.parameters.map(p => slice(flat, p.offset, p.shape));
    const outputs = network.forward(this.#tape, x, parameters);
    const logStd = size > network.size ? slice(flat, network.size, [targets]) : knownLogStd(this.#tape, model);
    this.#loss = negativeLogLikelihood(this.#tape, likelihood, outputs, this.batches, logStd);
  }

  evaluate(step: number): number {
    const { prior, network, size, train } = this.#model;
    const scale = train.count / this.batches.rows;
    this.batches.load(step);
    this.#tape.forward();
    this.#tape.backward(this.#loss);
    this.#ascent.fill(0);
    let objective = scale * this.#loss.value[0]! - prior.add(this.#ascent, this.weights);
    if (size > network.size) objective -= logNoisePrior(this.#ascent, this.weights, network.size, size - network.size);
    kernels().scale(this.gradient, this.gradient, scale, 0);
    kernels().axpy(this.gradient, -1, this.#ascent);
    return objective;
  }
}

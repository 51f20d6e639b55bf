import { z } from 'zod';
import { type AdamOptions, type Floats, kernels } from '../kernels/index.ts';
import { fillNormal, fold, type Key, permutation } from '../random/index.ts';
import type { Precision } from '../tensor/index.ts';
import type { Model } from './model.ts';

/** Options that all methods with minibatches share. */
export const optimiserFields = {
  epochs: z
    .int()
    .min(1)
    .optional()
    .describe('Passes over the training rows; 200 by default, or as many as make 5,000 steps.'),
  batch: z
    .int()
    .min(1)
    .default(64)
    .describe('Rows per step; all rows where the training split has no more than this. 64 by default.'),
  rate: z
    .number()
    .positive()
    .default(0.01)
    .describe('First step size of Adam, falling to zero as a cosine; 0.01 by default.'),
  precision: z
    .enum(['single', 'double'])
    .default('single')
    .describe('Arithmetic of training; single by default, double where small differences count.'),
};

/** Passes over the training rows that are asked for, else `passes` or, of few rows, as many as make `steps`. */
export function epochsOf(
  model: Model,
  { epochs, batch }: { readonly epochs?: number | undefined; readonly batch: number },
  { passes, steps } = { passes: 200, steps: 5000 },
): number {
  return epochs ?? Math.max(passes, Math.ceil(steps / stepsPerEpoch(model, batch)));
}

export function precisionOf(name: 'single' | 'double'): Precision {
  return name === 'single' ? 'f32' : 'f64';
}

export function floats(precision: Precision, size: number): Floats {
  return precision === 'f32' ? new Float32Array(size) : new Float64Array(size);
}

/** Minibatches that one pass over the training rows makes. */
export function stepsPerEpoch({ train }: Model, batch: number): number {
  return Math.floor(train.count / Math.min(batch, train.count));
}

/** Rows of the training split in random order, a fixed number at a time; a pure function of key and step. */
export class Batches {
  readonly rows: number;
  readonly perEpoch: number;
  readonly inputs: Floats;
  readonly labels: Int32Array;
  readonly targets: Floats;
  readonly #model: Model;
  readonly #key: Key;
  readonly #copies: number;
  #epoch = -1;
  #order: Int32Array;

  /** `copies` repeats every row of a batch, for as many draws of the weights. */
  constructor(key: Key, model: Model, batch: number, copies: number, precision: Precision) {
    const { train, targets } = model;
    this.#model = model;
    this.#key = key;
    this.#copies = copies;
    this.rows = Math.min(batch, train.count);
    this.perEpoch = stepsPerEpoch(model, batch);
    const width = train.inputs.length / train.count;
    this.inputs = floats(precision, copies * this.rows * width);
    this.labels = new Int32Array(train.labels.length > 0 ? copies * this.rows : 0);
    this.targets = floats(precision, copies * this.rows * targets);
    this.#order = Int32Array.from({ length: train.count }, (_, i) => i);
    this.#gather(0);
  }

  /** Fills the arrays with the rows of a step. */
  load(step: number): void {
    if (this.rows === this.#order.length) return;
    const epoch = Math.floor(step / this.perEpoch);
    if (epoch !== this.#epoch) {
      this.#order = permutation(fold(this.#key, epoch), this.#order.length);
      this.#epoch = epoch;
    }
    this.#gather((step % this.perEpoch) * this.rows);
  }

  #gather(from: number): void {
    const { train, targets } = this.#model;
    const width = train.inputs.length / train.count;
    for (let i = 0; i < this.rows; i++) {
      const row = this.#order[from + i]!;
      this.inputs.set(train.inputs.subarray(row * width, (row + 1) * width), i * width);
      if (this.labels.length > 0) this.labels[i] = train.labels[row]!;
      for (let j = 0; j < targets; j++) this.targets[i * targets + j] = train.targets[row * targets + j]!;
    }
    for (let c = 1; c < this.#copies; c++) {
      this.inputs.copyWithin(c * this.rows * width, 0, this.rows * width);
      this.labels.copyWithin(c * this.rows, 0, this.rows);
      this.targets.copyWithin(c * this.rows * targets, 0, this.rows * targets);
    }
  }
}

/** Adam with moments kept beside the weights: Kingma & Ba, ICLR 2015, arXiv 1412.6980. */
export class Adam {
  readonly first: Floats;
  readonly second: Floats;

  constructor(precision: Precision, size: number) {
    this.first = floats(precision, size);
    this.second = floats(precision, size);
  }

  step(weights: Floats, gradient: Floats, rate: number, index: number): void {
    kernels().adam(weights, gradient, this.first, this.second, adamOptions(rate, index));
  }
}

/** The paper's constants, and the step after `index` others. */
export function adamOptions(rate: number, index: number): AdamOptions {
  return { rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: index + 1 };
}

/** Step size at `index` of `steps`: a half cosine from `rate` to zero (Loshchilov & Hutter, ICLR 2017, arXiv 1608.03983). */
export function cosineRate(rate: number, index: number, steps: number): number {
  return 0.5 * rate * (1 + Math.cos((Math.PI * index) / steps));
}

/**
 * Where training starts: random weights of spread 1/√inputs and offsets of zero, or a draw from a prior around an
 * estimate.
 */
export function initialWeights(key: Key, out: Floats, { network, prior }: Model): void {
  out.fill(0);
  if (prior.kind === 'empirical') {
    const start = new Float64Array(network.size);
    prior.draw(key, start);
    out.set(start);
    return;
  }
  network.matrices.forEach(({ weight }, i) => {
    const inputs = weight.size / weight.shape[weight.shape.length - 1]!;
    const part = out.subarray(weight.offset, weight.offset + weight.size);
    fillNormal(fold(key, i), part);
    kernels().scale(part, part, 1 / Math.sqrt(inputs), 0);
  });
}

import { InputError, insist, tied } from '../base/index.ts';
import { type Floats, kernels } from '../kernels/index.ts';

/** Class probabilities of every input, taken apart into what the samples agree on and what they do not. */
export interface Predictive {
  /** Inputs. */
  readonly count: number;
  readonly classes: number;
  /** p̄, the mean over samples, [count, classes], row-major. */
  readonly mean: Float64Array;
  /** Entropy of p̄ in nats, [count]: all the uncertainty there is. */
  readonly total: Float64Array;
  /** Mean entropy of the samples in nats, [count]: ambiguity of the data itself. */
  readonly aleatoric: Float64Array;
  /** total − aleatoric in nats, [count]: mutual information of class and weights, what more data would remove. */
  readonly epistemic: Float64Array;
}

/** Differences of entropies below this many nats are rounding and count as 0. */
const ROUNDING = 1e-12;

/**
 * Splits predictive entropy into its aleatoric and epistemic parts.
 *
 * `probabilities`: [samples, count, classes], row-major, each row summing to 1.
 * U = H(p̄), aleatoric = E_s H(p_s), epistemic = U − aleatoric (Depeweg et al., ICML 2018, section 3), natural logarithms,
 * so that U ≤ ln(classes). One sample has no epistemic part. Entropies are worked out when first asked for, so that
 * `probabilities` must not change until then.
 */
export function predictive(probabilities: Floats, samples: number, count: number, classes: number): Predictive {
  checkSize(probabilities, samples, count, classes);
  const size = count * classes;
  return predictiveOf(samples, count, classes, s => probabilities.subarray(s * size, (s + 1) * size));
}

/**
 * The same from samples that are made one by one, without holding them all: `sample(s)` gives the probabilities of sample s,
 * [count, classes], as often as it is asked; they may lie where those of the sample before lay.
 */
export function predictiveOf(
  samples: number,
  count: number,
  classes: number,
  sample: (s: number) => Floats,
): Predictive {
  const size = count * classes;
  const mean = new Float64Array(size);
  for (let s = 0; s < samples; s++) addTo(mean, sample(s));
  return partsOf(mean, new Uint32Array(count).fill(samples), count, classes, () => {
    const entropy = new Float64Array(count);
    const rows = new Float64Array(size);
    const logs = new Float64Array(size);
    for (let s = 0; s < samples; s++) {
      rows.set(sample(s));
      addEntropies(entropy, rows, logs, classes);
    }
    return entropy;
  });
}

/** A loop for each precision: one that sees both is several times slower. */
function addTo(sums: Float64Array, values: Floats): void {
  if (values instanceof Float32Array) for (let i = 0; i < sums.length; i++) sums[i]! += values[i]!;
  else for (let i = 0; i < sums.length; i++) sums[i]! += values[i]!;
}

/**
 * Gathers samples as they come, in blocks of samples or of inputs, and gives the parts of those seen so far. Samples are
 * added one by one in double precision, so bits do not depend on how they were cut into blocks.
 */
export class PredictiveSum {
  readonly count: number;
  readonly classes: number;
  /** Samples of each input so far. */
  readonly #seen: Uint32Array;
  readonly #probability: Float64Array;
  readonly #entropy?: Float64Array;
  #rows = new Float64Array();
  #logs = new Float64Array();

  /** Without `entropies` the parts have the mean and the total alone. */
  constructor(count: number, classes: number, entropies = true) {
    this.count = count;
    this.classes = classes;
    this.#seen = new Uint32Array(count);
    this.#probability = new Float64Array(count * classes);
    if (entropies) this.#entropy = new Float64Array(count);
  }

  /**
   * `probabilities`: [samples, inputs, classes] of all inputs, or of `inputs` of them from number `first` on; of each input the
   * first `taken`, [inputs], count, and the others must be 0; all count where absent.
   */
  add(probabilities: Floats, samples: number, first = 0, inputs = this.count, taken?: Uint32Array): void {
    const { count, classes } = this;
    const size = inputs * classes;
    checkSize(probabilities, samples, inputs, classes);
    if (first < 0 || first + inputs > count) throw new Error(`internal: inputs ${first} + ${inputs} of ${count}`);
    const sums = this.#probability.subarray(first * classes, first * classes + size);
    for (let s = 0; s < samples; s++) addTo(sums, probabilities.subarray(s * size, (s + 1) * size));
    if (this.#entropy) this.#addEntropies(this.#entropy.subarray(first, first + inputs), probabilities, samples);
    for (let n = 0; n < inputs; n++) this.#seen[first + n]! += taken?.[n] ?? samples;
  }

  #addEntropies(sums: Float64Array, probabilities: Floats, samples: number): void {
    const size = sums.length * this.classes;
    if (this.#rows.length < size) {
      this.#rows = new Float64Array(size);
      this.#logs = new Float64Array(size);
    }
    const [rows, logs] = [this.#rows.subarray(0, size), this.#logs.subarray(0, size)];
    for (let s = 0; s < samples; s++) {
      rows.set(probabilities.subarray(s * size, (s + 1) * size));
      addEntropies(sums, rows, logs, this.classes);
    }
  }

  /** Of all samples so far, at least one of each input. */
  parts(): Predictive {
    const { count, classes } = this;
    const seen = this.#seen.slice();
    insist(!seen.includes(0), 'probabilities: must hold at least one sample of each input, got none.');
    const entropy = this.#entropy?.slice();
    return partsOf(this.#probability.slice(), seen, count, classes, () => {
      if (!entropy) throw new Error('internal: entropies were not gathered');
      return entropy;
    });
  }
}

function checkSize({ length }: Floats, samples: number, count: number, classes: number): void {
  insist(
    samples >= 1 && length === samples * count * classes,
    `probabilities: must hold samples × inputs × classes = ${samples} × ${count} × ${classes} numbers, got ${length}.`,
  );
}

/** The parts from Σ p_s, [count, classes], which becomes the mean, and Σ H(p_s), [count], of so many samples of each, [count]. */
function partsOf(
  mean: Float64Array,
  samples: Uint32Array,
  count: number,
  classes: number,
  entropies: () => Float64Array,
): Predictive {
  for (let n = 0, at = 0; n < count; n++) {
    let sum = 0;
    for (const end = at + classes; at < end; at++) {
      mean[at]! /= samples[n]!;
      sum += mean[at]!;
    }
    if (!(Math.abs(sum - 1) < 0.01)) {
      throw new InputError(
        `probabilities: those of one input must sum to 1, got ${sum} at input ${n}; apply a softmax to logits first.`,
      );
    }
  }
  let aleatoric: Float64Array | undefined;
  let total: Float64Array | undefined;
  let epistemic: Float64Array | undefined;
  return {
    count,
    classes,
    mean,
    get total() {
      if (!total) {
        total = new Float64Array(count);
        addEntropies(total, mean, new Float64Array(mean.length), classes);
      }
      return total;
    },
    get aleatoric() {
      aleatoric ??= entropies().map((entropy, n) => entropy / samples[n]!);
      return aleatoric;
    },
    get epistemic() {
      const { total, aleatoric } = this;
      epistemic ??= total.map((u, n) => (u - aleatoric[n]! > ROUNDING ? u - aleatoric[n]! : 0));
      return epistemic;
    },
  };
}

/** Above this, the largest probability of a row is taken as one minus the others. */
const CERTAIN = 0.999;

/**
 * Adds the entropy of every row of `p`, [rows, classes], to `out`, [rows], of rows brought to sum 1:
 * H = ln Σp − Σ p ln p/Σp, in which the rounding of single precision in the largest probability cancels. Rows of zeros add nothing.
 */
function addEntropies(out: Float64Array, p: Float64Array, logs: Float64Array, classes: number): void {
  kernels().unary('log', logs, p);
  for (let n = 0, first = 0; n < out.length; n++, first += classes) {
    let sum = 0;
    let terms = 0;
    let certain = -1;
    for (let c = first; c < first + classes; c++) {
      const value = p[c]!;
      sum += value;
      if (value > 0) terms += value * logs[c]!;
      if (value > CERTAIN) certain = c;
    }
    if (sum === 0) continue;
    const log = Math.log(sum);
    out[n]! += certain < 0 ? log - terms / sum : nearCertainty(p, logs, first, classes, certain, sum, log);
  }
}

/** The same where the last digits of double precision would be seen in what is left beside the largest probability. */
function nearCertainty(
  p: Float64Array,
  logs: Float64Array,
  first: number,
  classes: number,
  certain: number,
  sum: number,
  log: number,
): number {
  let rest = 0;
  let entropy = 0;
  for (let c = first; c < first + classes; c++) {
    if (c === certain || !(p[c]! > 0)) continue;
    rest += p[c]! / sum;
    entropy -= (p[c]! / sum) * (logs[c]! - log);
  }
  return entropy - (1 - rest) * Math.log1p(-rest);
}

/**
 * The class of the largest probability of each input, the first of those that are equal but for rounding.
 * `probabilities`: [count, classes]; returns [count].
 */
export function decisions(probabilities: Floats, count: number, classes: number): Int32Array {
  const chosen = new Int32Array(count);
  for (let n = 0, first = 0; n < count; n++, first += classes) {
    let most = probabilities[first]!;
    for (let c = 1; c < classes; c++) most = Math.max(most, probabilities[first + c]!);
    let best = 0;
    while (best < classes - 1 && !tied(probabilities[first + best]!, most)) best++;
    chosen[n] = best;
  }
  return chosen;
}

import { insist } from '../base/index.ts';
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
 * so that U ≤ ln(classes). One sample has no epistemic part.
 */
export function predictive(probabilities: Floats, samples: number, count: number, classes: number): Predictive {
  insist(
    samples >= 1 && probabilities.length === samples * count * classes,
    `probabilities: must hold samples × inputs × classes = ${samples} × ${count} × ${classes} numbers, got ${probabilities.length}.`,
  );
  const mean = new Float64Array(count * classes);
  const total = new Float64Array(count);
  const aleatoric = new Float64Array(count);
  const epistemic = new Float64Array(count);
  const size = count * classes;
  const p = new Float64Array(size);
  const log = new Float64Array(size);
  for (let s = 0; s < samples; s++) {
    p.set(probabilities.subarray(s * size, (s + 1) * size));
    kernels().unary('log', log, p);
    for (let n = 0, at = 0; n < count; n++) {
      let entropy = 0;
      for (let c = 0; c < classes; c++, at++) {
        mean[at]! += p[at]!;
        if (p[at]! > 0) entropy -= p[at]! * log[at]!;
      }
      aleatoric[n]! += entropy;
    }
  }
  for (let n = 0; n < count; n++) {
    let entropy = 0;
    let sum = 0;
    for (let c = n * classes; c < (n + 1) * classes; c++) {
      const p = mean[c]! / samples;
      mean[c] = p;
      sum += p;
      if (p > 0) entropy -= p * Math.log(p);
    }
    insist(
      Math.abs(sum - 1) < 0.01,
      `probabilities: those of one input must sum to 1, got ${sum} at input ${n}; apply a softmax to logits first.`,
    );
    aleatoric[n]! /= samples;
    total[n] = entropy;
    const gap = entropy - aleatoric[n]!;
    epistemic[n] = gap > ROUNDING ? gap : 0;
  }
  return { count, classes, mean, total, aleatoric, epistemic };
}

/** The class of the largest probability of each input (the first of equals). `probabilities`: [count, classes]; returns [count]. */
export function decisions(probabilities: Floats, count: number, classes: number): Int32Array {
  const chosen = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (probabilities[n * classes + c]! > probabilities[n * classes + best]!) best = c;
    }
    chosen[n] = best;
  }
  return chosen;
}

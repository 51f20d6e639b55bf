import type { Floats } from '../../kernels/index.ts';

/** Logits of rows with known labels, kept out of training. */
export interface LabelledLogits {
  /** [samples, labels.length, classes], row-major. */
  readonly logits: Floats;
  readonly labels: Int32Array;
  readonly samples: number;
  readonly classes: number;
}

/** A correction of logits: z′ = scale·z + offset, each [classes]. */
export interface LogitCorrection {
  readonly scale: Float64Array;
  readonly offset: Float64Array;
}

/** Loss of corrected logits with its derivatives. */
export interface CorrectedLoss {
  readonly value: number;
  /** [2·classes]: by the logarithm of every scale, then by every offset. */
  readonly gradient: Float64Array;
  /** [2·classes, 2·classes]. */
  readonly hessian: Float64Array;
}

/** Mean negative log-likelihood of the prediction averaged over samples, nats per row. */
export function correctedNll(given: LabelledLogits, correction: LogitCorrection): number {
  const { labels, samples } = given;
  const logs = new Float64Array(samples);
  const probabilities = new Float64Array(samples * given.classes);
  let sum = 0;
  for (let row = 0; row < labels.length; row++) sum -= mixtureLog(given, correction, row, logs, probabilities);
  return sum / labels.length;
}

/**
 * Sum over rows of −ln (1/S) Σ_s p_s(label) with first and second derivatives, the latter whole: with responsibilities
 * ρ_s ∝ p_s(label), u = onehot(label) − p_s, M = diag p_s − p_s p_sᵀ and J = ∂z′/∂(ln scale, offset),
 * g = −Σ ρ_s Jᵀu and H = Σ ρ_s (Jᵀ(M − uuᵀ)J − diag(u·∂²z′)) + ggᵀ for every row.
 */
export function correctedLoss(given: LabelledLogits, correction: LogitCorrection): CorrectedLoss {
  const { logits, labels, samples, classes } = given;
  const size = 2 * classes;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const logs = new Float64Array(samples);
  const probabilities = new Float64Array(samples * classes);
  const ofRow = new Float64Array(size);
  const u = new Float64Array(classes);
  const scaled = new Float64Array(classes);
  let value = 0;
  for (let row = 0; row < labels.length; row++) {
    const log = mixtureLog(given, correction, row, logs, probabilities);
    value -= log;
    ofRow.fill(0);
    for (let s = 0; s < samples; s++) {
      const share = Math.exp(logs[s]! - log) / samples;
      const from = (s * labels.length + row) * classes;
      for (let c = 0; c < classes; c++) {
        u[c] = (c === labels[row] ? 1 : 0) - probabilities[s * classes + c]!;
        scaled[c] = correction.scale[c]! * logits[from + c]!;
        ofRow[c]! -= share * u[c]! * scaled[c]!;
        ofRow[classes + c]! -= share * u[c]!;
        hessian[c * size + c]! -= share * u[c]! * scaled[c]!;
      }
      for (let c = 0; c < classes; c++) {
        const p = probabilities[s * classes + c]!;
        for (let d = 0; d <= c; d++) {
          const m = share * ((c === d ? p : 0) - p * probabilities[s * classes + d]! - u[c]! * u[d]!);
          hessian[c * size + d]! += scaled[c]! * m * scaled[d]!;
          hessian[(classes + c) * size + d]! += m * scaled[d]!;
          if (d < c) hessian[(classes + d) * size + c]! += scaled[c]! * m;
          hessian[(classes + c) * size + classes + d]! += m;
        }
      }
    }
    for (let a = 0; a < size; a++) {
      gradient[a]! += ofRow[a]!;
      for (let b = 0; b <= a; b++) hessian[a * size + b]! += ofRow[a]! * ofRow[b]!;
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) hessian[b * size + a] = hessian[a * size + b]!;
  return { value, gradient, hessian };
}

/** First and second derivative of the sum over rows by the logarithm of one scale for all classes. */
export function scaleSlopes(given: LabelledLogits, scale: number): { slope: number; curvature: number } {
  const { logits, labels, samples, classes } = given;
  const correction = { scale: new Float64Array(classes).fill(scale), offset: new Float64Array(classes) };
  const logs = new Float64Array(samples);
  const probabilities = new Float64Array(samples * classes);
  let slope = 0;
  let curvature = 0;
  for (let row = 0; row < labels.length; row++) {
    const log = mixtureLog(given, correction, row, logs, probabilities);
    let first = 0;
    let second = 0;
    for (let s = 0; s < samples; s++) {
      const from = (s * labels.length + row) * classes;
      let mean = 0;
      for (let c = 0; c < classes; c++) mean += probabilities[s * classes + c]! * scale * logits[from + c]!;
      let variance = 0;
      for (let c = 0; c < classes; c++) {
        variance += probabilities[s * classes + c]! * (scale * logits[from + c]! - mean) ** 2;
      }
      const share = Math.exp(logs[s]! - log) / samples;
      const rise = scale * logits[from + labels[row]!]! - mean;
      first += share * rise;
      second += share * (rise - variance + rise * rise);
    }
    slope -= first;
    curvature -= second - first * first;
  }
  return { slope, curvature };
}

/** ln (1/S) Σ_s p_s(label) of one row; fills `logs` with ln p_s(label), [samples], and `probabilities`, [samples, classes]. */
function mixtureLog(
  { logits, labels, samples, classes }: LabelledLogits,
  { scale, offset }: LogitCorrection,
  row: number,
  logs: Float64Array,
  probabilities: Float64Array,
): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let s = 0; s < samples; s++) {
    const from = (s * labels.length + row) * classes;
    const to = s * classes;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      probabilities[to + c] = scale[c]! * logits[from + c]! + offset[c]!;
      most = Math.max(most, probabilities[to + c]!);
    }
    logs[s] = probabilities[to + labels[row]!]! - most;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      probabilities[to + c] = Math.exp(probabilities[to + c]! - most);
      sum += probabilities[to + c]!;
    }
    for (let c = 0; c < classes; c++) probabilities[to + c]! /= sum;
    logs[s]! -= Math.log(sum);
    best = Math.max(best, logs[s]!);
  }
  let total = 0;
  for (let s = 0; s < samples; s++) total += Math.exp(logs[s]! - best);
  return best + Math.log(total / samples);
}

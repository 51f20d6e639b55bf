import { type Floats, kernels } from '../../kernels/index.ts';

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
  const { ofRows } = mixtureLogs(given, correction);
  return -kernels().sum(ofRows) / ofRows.length;
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
  const { logs, ofRows } = mixtureLogs(given, correction);
  const probabilities = exponentials(logs);
  const ofRow = new Float64Array(size);
  const u = new Float64Array(classes);
  const scaled = new Float64Array(classes);
  for (let row = 0; row < labels.length; row++) {
    ofRow.fill(0);
    for (let s = 0; s < samples; s++) {
      const from = (s * labels.length + row) * classes;
      const share = Math.exp(logs[from + labels[row]!]! - ofRows[row]!) / samples;
      for (let c = 0; c < classes; c++) {
        u[c] = (c === labels[row] ? 1 : 0) - probabilities[from + c]!;
        scaled[c] = correction.scale[c]! * logits[from + c]!;
        ofRow[c]! -= share * u[c]! * scaled[c]!;
        ofRow[classes + c]! -= share * u[c]!;
        hessian[c * size + c]! -= share * u[c]! * scaled[c]!;
      }
      for (let c = 0; c < classes; c++) {
        const p = probabilities[from + c]!;
        for (let d = 0; d <= c; d++) {
          const m = share * ((c === d ? p : 0) - p * probabilities[from + d]! - u[c]! * u[d]!);
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
  return { value: -kernels().sum(ofRows), gradient, hessian };
}

/** First and second derivative of the sum over rows by the logarithm of one scale for all classes. */
export function scaleSlopes(given: LabelledLogits, scale: number): { slope: number; curvature: number } {
  const { logits, labels, samples, classes } = given;
  const correction = { scale: new Float64Array(classes).fill(scale), offset: new Float64Array(classes) };
  const { logs, ofRows } = mixtureLogs(given, correction);
  const probabilities = exponentials(logs);
  let slope = 0;
  let curvature = 0;
  for (let row = 0; row < labels.length; row++) {
    let first = 0;
    let second = 0;
    for (let s = 0; s < samples; s++) {
      const from = (s * labels.length + row) * classes;
      let mean = 0;
      for (let c = 0; c < classes; c++) mean += probabilities[from + c]! * scale * logits[from + c]!;
      let variance = 0;
      for (let c = 0; c < classes; c++) variance += probabilities[from + c]! * (scale * logits[from + c]! - mean) ** 2;
      const share = Math.exp(logs[from + labels[row]!]! - ofRows[row]!) / samples;
      const rise = scale * logits[from + labels[row]!]! - mean;
      first += share * rise;
      second += share * (rise - variance + rise * rise);
    }
    slope -= first;
    curvature -= second - first * first;
  }
  return { slope, curvature };
}

/** Logarithms of corrected probabilities, [samples, rows, classes], and ln (1/S) Σ_s p_s(label) of every row. */
function mixtureLogs(
  { logits, labels, samples, classes }: LabelledLogits,
  { scale, offset }: LogitCorrection,
): { readonly logs: Float64Array; readonly ofRows: Float64Array } {
  const { binary, axpy, logSoftmax } = kernels();
  const corrected = new Float64Array(logits);
  binary('multiply', corrected, corrected, scale);
  axpy(corrected, 1, offset);
  const logs = new Float64Array(corrected.length);
  logSoftmax(logs, corrected, samples * labels.length, classes);
  const ofRows = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const first = row * classes + labels[row]!;
    let best = Number.NEGATIVE_INFINITY;
    for (let at = first; at < logs.length; at += labels.length * classes) if (logs[at]! > best) best = logs[at]!;
    let total = 0;
    for (let at = first; at < logs.length; at += labels.length * classes) total += Math.exp(logs[at]! - best);
    ofRows[row] = best + Math.log(total / samples);
  }
  return { logs, ofRows };
}

function exponentials(x: Float64Array): Float64Array {
  const y = new Float64Array(x.length);
  kernels().unary('exp', y, x);
  return y;
}

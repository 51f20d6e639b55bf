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
export interface Derivatives {
  readonly value: number;
  /** [2·classes]: by the logarithm of every scale, then by every offset. */
  readonly gradient: Float64Array;
  /** [2·classes, 2·classes]. */
  readonly hessian: Float64Array;
}

/** Mean negative log-likelihood of the prediction averaged over samples, nats per row. */
export const correctedNll = (given: LabelledLogits, correction: LogitCorrection): number =>
  new CorrectedLoss(given).nll(correction);

/** The loss of labelled logits as a function of their correction. */
export class CorrectedLoss {
  readonly #given: LabelledLogits;
  readonly #scaled: Float64Array;
  /** Logarithms of corrected probabilities, [samples, rows, classes]. */
  readonly #logs: Float64Array;
  /** Those of the labels, [rows, samples]. */
  readonly #ofLabels: Float64Array;
  /** ln (1/S) Σ_s p_s(label) of every row. */
  readonly #ofRows: Float64Array;

  constructor(given: LabelledLogits) {
    const { logits, labels, samples } = given;
    this.#given = given;
    this.#scaled = new Float64Array(logits.length);
    this.#logs = new Float64Array(logits.length);
    this.#ofLabels = new Float64Array(labels.length * samples);
    this.#ofRows = new Float64Array(labels.length);
  }

  /** As `correctedNll`. */
  nll(correction: LogitCorrection): number {
    this.#correct(correction);
    return -kernels().sum(this.#ofRows) / this.#ofRows.length;
  }

  /**
   * Sum over rows of −ln (1/S) Σ_s p_s(label) with first and second derivatives, the latter whole: with responsibilities
   * ρ_s ∝ p_s(label), u = onehot(label) − p_s, M = diag p_s − p_s p_sᵀ and J = ∂z′/∂(ln scale, offset),
   * g = −Σ ρ_s Jᵀu and H = Σ ρ_s (Jᵀ(M − uuᵀ)J − diag(u·∂²z′)) + ggᵀ for every row.
   */
  derivatives(correction: LogitCorrection): Derivatives {
    this.#correct(correction);
    const { logits, labels, samples, classes } = this.#given;
    const probabilities = exponentials(this.#logs);
    const size = 2 * classes;
    const gradient = new Float64Array(size);
    const hessian = new Float64Array(size * size);
    const ofRow = new Float64Array(size);
    const u = new Float64Array(classes);
    const scaled = new Float64Array(classes);
    for (let row = 0; row < labels.length; row++) {
      ofRow.fill(0);
      for (let s = 0; s < samples; s++) {
        const share = this.#share(row, s);
        const from = (s * labels.length + row) * classes;
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
    return { value: -kernels().sum(this.#ofRows), gradient, hessian };
  }

  /** First and second derivative of the sum over rows by the logarithm of one scale for all classes. */
  slopes(scale: number): { readonly slope: number; readonly curvature: number } {
    const { logits, labels, samples, classes } = this.#given;
    this.#correct({ scale: new Float64Array(classes).fill(scale), offset: new Float64Array(classes) });
    const probabilities = exponentials(this.#logs);
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
        for (let c = 0; c < classes; c++)
          variance += probabilities[from + c]! * (scale * logits[from + c]! - mean) ** 2;
        const share = this.#share(row, s);
        const rise = scale * logits[from + labels[row]!]! - mean;
        first += share * rise;
        second += share * (rise - variance + rise * rise);
      }
      slope -= first;
      curvature -= second - first * first;
    }
    return { slope, curvature };
  }

  /** ρ_s: what a sample has to do with the probability of a row's label. */
  #share(row: number, sample: number): number {
    const { samples } = this.#given;
    return Math.exp(this.#ofLabels[row * samples + sample]! - this.#ofRows[row]!) / samples;
  }

  /** Fills what all of them look at. */
  #correct({ scale, offset }: LogitCorrection): void {
    const { logits, labels, samples, classes } = this.#given;
    const [scaled, logs, ofLabels, ofRows] = [this.#scaled, this.#logs, this.#ofLabels, this.#ofRows];
    const rows = labels.length;
    const { binary, axpy, logSoftmax } = kernels();
    scaled.set(logits);
    binary('multiply', scaled, scaled, scale);
    axpy(scaled, 1, offset);
    logSoftmax(logs, scaled, samples * rows, classes);
    for (let s = 0, at = 0; s < samples; s++) {
      for (let row = 0; row < rows; row++, at += classes) ofLabels[row * samples + s] = logs[at + labels[row]!]!;
    }
    for (let row = 0, first = 0; row < rows; row++, first += samples) {
      let most = Number.NEGATIVE_INFINITY;
      for (let at = first; at < first + samples; at++) if (ofLabels[at]! > most) most = ofLabels[at]!;
      let total = 0;
      for (let at = first; at < first + samples; at++) total += Math.exp(ofLabels[at]! - most);
      ofRows[row] = most + Math.log(total / samples);
    }
  }
}

function exponentials(x: Float64Array): Float64Array {
  const y = new Float64Array(x.length);
  kernels().unary('exp', y, x);
  return y;
}

import { atOnce, type Pieces } from '../../base/index.ts';
import type { Floats } from '../../kernels/index.ts';
import { CorrectedLoss, type LabelledLogits, type LogitCorrection } from './corrected-loss.ts';
import { minimise } from './newton.ts';

export type CorrectionKind = 'temperature' | 'vector';

/**
 * Fits a correction of logits on rows kept out of training, by the likelihood of the averaged prediction and a standard
 * normal prior on ln scale and offset. The prior, an assumption, weighs nothing beside some hundred rows; without it few
 * rows that are all decided rightly ask for endless certainty.
 * `temperature` is one positive scale for all classes; `vector` a positive scale and an offset for each. Fitted to the
 * outputs of one chip, `vector` is the correction of logits alone that Bayes2IMC applies per chip.
 * Guo, Pleiss, Sun & Weinberger, On calibration of modern neural networks, ICML 2017, section 4.2.
 *
 * The temperature is the best over the whole range in which it can matter; the vector is where Newton's method leads from
 * there. For one sample and without the prior both problems are convex.
 */
export const fitLogitCorrection = (kind: CorrectionKind, given: LabelledLogits): LogitCorrection =>
  atOnce(fitInPieces(kind, given));

function* fitInPieces(kind: CorrectionKind, given: LabelledLogits): Pieces<LogitCorrection> {
  const { classes } = given;
  const loss = new CorrectedLoss(given);
  const logScale = yield* bestLogScale(loss, given);
  if (kind === 'temperature') return correctionOf(new Float64Array(2 * classes).fill(logScale, 0, classes));
  const start = new Float64Array(2 * classes).fill(logScale, 0, classes);
  return correctionOf(
    yield* minimise(start, at => {
      const { value, gradient, hessian } = loss.derivatives(correctionOf(at));
      for (let i = 0; i < at.length; i++) {
        gradient[i]! += at[i]!;
        hessian[i * (at.length + 1)]! += 1;
      }
      return { value: value + at.reduce((sum, x) => sum + x * x, 0) / 2, gradient, hessian };
    }),
  );
}

/** A correction fitted on some rows and tried on others. */
export interface CheckedCorrection {
  readonly correction: LogitCorrection;
  /** Whether it lowers the loss of the other rows, or leaves it; otherwise logits are better left as they are. */
  readonly applies: boolean;
  /** Mean negative log-likelihood of the other rows without and with it, nats. */
  readonly before: number;
  readonly after: number;
}

/** Fits on `fitted` and looks at `check`, rows of the same model that neither training nor the fit has seen. */
export const checkedLogitCorrection = (
  kind: CorrectionKind,
  fitted: LabelledLogits,
  check: LabelledLogits,
): CheckedCorrection => atOnce(checkedInPieces(kind, fitted, check));

/** The same with turns for others between looks at the rows. */
export function* checkedInPieces(
  kind: CorrectionKind,
  fitted: LabelledLogits,
  check: LabelledLogits,
): Pieces<CheckedCorrection> {
  const correction = yield* fitInPieces(kind, fitted);
  yield;
  const loss = new CorrectedLoss(check);
  const before = loss.nll(correctionOf(new Float64Array(2 * check.classes)));
  yield;
  const after = loss.nll(correction);
  return { correction, applies: after <= before, before, after };
}

/** Corrects logits [rows, classes] in place. */
export function correctLogits(logits: Floats, { scale, offset }: LogitCorrection): void {
  const classes = scale.length;
  for (let i = 0; i < logits.length; i++) logits[i] = scale[i % classes]! * logits[i]! + offset[i % classes]!;
}

/** Logarithms of scales, then offsets, [2·classes]. */
function correctionOf(at: Float64Array): LogitCorrection {
  const classes = at.length / 2;
  return { scale: at.slice(0, classes).map(Math.exp), offset: at.slice(classes) };
}

/** Distance of the logarithms of scale that are looked at first. */
const stride = 0.5;

/**
 * The logarithm of the one scale that is best: looked for from where logits spread by e⁻⁸ to where they spread by e⁸, and
 * around no change; then by Newton's steps inside a shrinking bracket.
 */
function* bestLogScale(loss: CorrectedLoss, given: LabelledLogits): Pieces<number> {
  const natural = -Math.log(spread(given));
  const [low, high] = [Math.min(natural - 8, -2), Math.max(natural + 8, 2)];
  let best = low;
  let least = Number.POSITIVE_INFINITY;
  for (let t = low; t <= high; t += stride) {
    const value = ofLogScale(loss, given, t);
    if (value < least) [best, least] = [t, value];
    yield;
  }
  let [from, to] = [best - stride, best + stride];
  for (let step = 0; step < 100 && to - from > 1e-12 * (1 + Math.abs(best)); step++) {
    yield;
    const slopes = loss.slopes(Math.exp(best));
    const [slope, curvature] = [slopes.slope + best, slopes.curvature + 1];
    if (slope > 0) to = best;
    else from = best;
    const newton = best - slope / curvature;
    const next = curvature > 0 && newton > from && newton < to ? newton : (from + to) / 2;
    if (Math.abs(next - best) <= 1e-12 * (1 + Math.abs(best))) return next;
    best = next;
  }
  return best;
}

/** Loss and prior of one scale. */
function ofLogScale(loss: CorrectedLoss, { labels, classes }: LabelledLogits, t: number): number {
  return labels.length * loss.nll(correctionOf(new Float64Array(2 * classes).fill(t, 0, classes))) + (t * t) / 2;
}

/** Root mean square of logits about the mean of their row; 1 where they are all equal. */
function spread({ logits, classes }: LabelledLogits): number {
  let squares = 0;
  for (let first = 0; first < logits.length; first += classes) {
    let mean = 0;
    for (let c = first; c < first + classes; c++) mean += logits[c]! / classes;
    for (let c = first; c < first + classes; c++) squares += (logits[c]! - mean) ** 2;
  }
  return Math.sqrt(squares / logits.length) || 1;
}

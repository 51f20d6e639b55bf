import { insist } from '../base/index.ts';
import type { Floats } from '../kernels/index.ts';
import { calibration, type ReliabilityBin } from './calibration.ts';
import { mean } from './correlation.ts';
import { detection, unseenDetection } from './detection.ts';
import { decisions, type Predictive, predictive } from './predictive.ts';
import { type RiskCoverage, riskCoverage } from './risk-coverage.ts';
import { accuracy, brier, nll } from './scores.ts';

/** Numbers that judge class probabilities; uncertainties in nats. A detection is NaN where there is nothing to detect. */
export interface ClassificationMetrics {
  accuracy: number;
  nll: number;
  brier: number;
  ece: number;
  mce: number;
  adaptiveEce: number;
  /** Wrong decisions found by total entropy. */
  aurocError: number;
  auprError: number;
  fpr95Error: number;
  /** Wrong decisions found by epistemic uncertainty. */
  aurocErrorEpistemic: number;
  auprErrorEpistemic: number;
  fpr95ErrorEpistemic: number;
  /** Unseen inputs found by epistemic uncertainty. */
  aurocUnseen?: number;
  auprUnseen?: number;
  fpr95Unseen?: number;
  /** Unseen inputs found by total entropy. */
  aurocUnseenTotal?: number;
  auprUnseenTotal?: number;
  fpr95UnseenTotal?: number;
  /** Area under the error rate over coverage, inputs ordered by total entropy. */
  riskCoverageArea: number;
  aleatoricMean: number;
  epistemicMean: number;
  totalMean: number;
}

export interface ClassificationEvaluation {
  readonly metrics: ClassificationMetrics;
  readonly reliability: readonly ReliabilityBin[];
  readonly riskCoverage: RiskCoverage;
  readonly predictive: Predictive;
}

/**
 * All classification metrics of one prediction.
 * `probabilities`: [samples, count, classes]; `labels`: [count], 0 … classes − 1; `unseen`: [samples, any count, classes],
 * probabilities of inputs of classes that training never saw.
 */
export function classificationEvaluation(
  probabilities: Floats,
  samples: number,
  count: number,
  classes: number,
  labels: ArrayLike<number>,
  unseen?: Floats,
): ClassificationEvaluation {
  insist(count > 0, 'labels: must hold at least one input to evaluate, got none.');
  insist(labels.length === count, `labels: must be one per input, ${count}, got ${labels.length}.`);
  for (let n = 0; n < count; n++) {
    const label = labels[n]!;
    insist(
      Number.isInteger(label) && label >= 0 && label < classes,
      `labels: must be classes 0 to ${classes - 1}, got ${label} at input ${n}.`,
    );
  }
  const parts = predictive(probabilities, samples, count, classes);
  const { ece, mce, adaptiveEce, reliability } = calibration(parts.mean, labels, classes);
  const wrong = Uint8Array.from(decisions(parts.mean, count, classes), (c, n) => (c === labels[n] ? 0 : 1));
  const byTotal = detection(parts.total, wrong);
  const byEpistemic = detection(parts.epistemic, wrong);
  const curve = riskCoverage(parts.total, wrong);
  const metrics: ClassificationMetrics = {
    accuracy: accuracy(parts.mean, labels, classes),
    nll: nll(parts.mean, labels, classes),
    brier: brier(parts.mean, labels, classes),
    ece,
    mce,
    adaptiveEce,
    aurocError: byTotal.auroc,
    auprError: byTotal.aupr,
    fpr95Error: byTotal.fpr95,
    aurocErrorEpistemic: byEpistemic.auroc,
    auprErrorEpistemic: byEpistemic.aupr,
    fpr95ErrorEpistemic: byEpistemic.fpr95,
    ...(unseen &&
      unseenMetrics(parts, predictive(unseen, samples, Math.floor(unseen.length / (samples * classes)), classes))),
    riskCoverageArea: curve.area,
    aleatoricMean: mean(parts.aleatoric),
    epistemicMean: mean(parts.epistemic),
    totalMean: mean(parts.total),
  };
  return { metrics, reliability, riskCoverage: curve, predictive: parts };
}

function unseenMetrics(seen: Predictive, unseen: Predictive): Partial<ClassificationMetrics> {
  const byEpistemic = unseenDetection(seen.epistemic, unseen.epistemic);
  const byTotal = unseenDetection(seen.total, unseen.total);
  return {
    aurocUnseen: byEpistemic.auroc,
    auprUnseen: byEpistemic.aupr,
    fpr95Unseen: byEpistemic.fpr95,
    aurocUnseenTotal: byTotal.auroc,
    auprUnseenTotal: byTotal.aupr,
    fpr95UnseenTotal: byTotal.fpr95,
  };
}

import { insist } from '../base/index.ts';
import { type ReliabilityBin, reliabilityBins } from './calibration.ts';
import { type Confusion, confusionOf } from './confusion.ts';
import { type Detection, detection, unseenDetection } from './detection.ts';
import { decisions, type Predictive } from './predictive.ts';
import { type RiskCoverage, riskCoverage } from './risk-coverage.ts';
import { brierLosses, logLosses } from './scores.ts';

/** Class probabilities with the labels they are judged by. What several metrics share is computed when first asked for. */
export class ClassPredicted {
  readonly task = 'classification';
  readonly parts: Predictive;
  /** Class of each input, [count]. */
  readonly labels: ArrayLike<number>;
  /** Inputs of classes that training never saw. */
  readonly unseen?: Predictive;
  /** Names of the classes, [classes]; metrics by class are named after them. */
  readonly names?: readonly string[];
  #decisions?: Int32Array;
  /** By input, [count] each, worked out when first asked for. */
  readonly losses: ClassLosses;
  #confidence?: Float64Array;
  #reliability?: readonly ReliabilityBin[];
  #confusion?: Confusion;
  #riskCoverage?: RiskCoverage;
  #errors: { total?: Detection; epistemic?: Detection } = {};
  #strangers: { total?: Detection; epistemic?: Detection } = {};

  constructor(parts: Predictive, labels: ArrayLike<number>, unseen?: Predictive, names?: readonly string[]) {
    this.parts = parts;
    this.labels = labels;
    this.unseen = unseen;
    this.names = names;
    this.losses = lossesOf(this);
  }

  /** The class decided for each input, [count]. */
  get decisions(): Int32Array {
    const { mean, count, classes } = this.parts;
    this.#decisions ??= decisions(mean, count, classes);
    return this.#decisions;
  }

  /** Probability of the class decided, [count]. */
  get confidence(): Float64Array {
    const { mean, classes } = this.parts;
    this.#confidence ??= Float64Array.from(this.decisions, (c, n) => mean[n * classes + c]!);
    return this.#confidence;
  }

  get reliability(): readonly ReliabilityBin[] {
    this.#reliability ??= reliabilityBins(this.confidence, this.losses.error);
    return this.#reliability;
  }

  get confusion(): Confusion {
    this.#confusion ??= confusionOf(this.labels, this.decisions, this.parts.classes);
    return this.#confusion;
  }

  /** Error rate over coverage, inputs ordered by total entropy. */
  get riskCoverage(): RiskCoverage {
    this.#riskCoverage ??= riskCoverage(this.parts.total, this.losses.error);
    return this.#riskCoverage;
  }

  /** Wrong decisions found by an uncertainty. */
  errorsBy(uncertainty: 'total' | 'epistemic'): Detection {
    this.#errors[uncertainty] ??= detection(this.parts[uncertainty], this.losses.error);
    return this.#errors[uncertainty];
  }

  /** Unseen inputs found by an uncertainty. */
  unseenBy(uncertainty: 'total' | 'epistemic'): Detection {
    if (!this.unseen) throw new Error('internal: asked for unseen inputs where there are none');
    this.#strangers[uncertainty] ??= unseenDetection(this.parts[uncertainty], this.unseen[uncertainty]);
    return this.#strangers[uncertainty];
  }
}

export interface ClassLosses {
  /** −ln p̄(label), nats. */
  readonly nll: Float64Array;
  readonly brier: Float64Array;
  /** 1 where the decision is not the label. */
  readonly error: Float64Array;
}

function lossesOf(given: ClassPredicted): ClassLosses {
  const { parts, labels } = given;
  let nll: Float64Array | undefined;
  let brier: Float64Array | undefined;
  let error: Float64Array | undefined;
  return {
    get nll() {
      nll ??= logLosses(parts, labels);
      return nll;
    },
    get brier() {
      brier ??= brierLosses(parts, labels);
      return brier;
    },
    get error() {
      error ??= Float64Array.from(given.decisions, (c, n) => (c === labels[n] ? 0 : 1));
      return error;
    },
  };
}

/**
 * Class probabilities to be judged by `labels`, [count], 0 … classes − 1. `unseen` has the same classes; `names` are those
 * of the classes.
 */
export function classPredicted(
  parts: Predictive,
  labels: ArrayLike<number>,
  unseen?: Predictive,
  names?: readonly string[],
): ClassPredicted {
  const { count, classes } = parts;
  insist(count > 0, 'labels: must hold at least one input to evaluate, got none.');
  insist(labels.length === count, `labels: must be one per input, ${count}, got ${labels.length}.`);
  for (let n = 0; n < count; n++) {
    const label = labels[n]!;
    insist(
      Number.isInteger(label) && label >= 0 && label < classes,
      `labels: must be classes 0 to ${classes - 1}, got ${label} at input ${n}.`,
    );
  }
  insist(!names || names.length === classes, `names: must be one per class, ${classes}, got ${names?.length}.`);
  return new ClassPredicted(parts, labels, unseen, names);
}

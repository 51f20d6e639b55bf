import { InputError, insist } from '../base/index.ts';
import type { Selection } from './abstention.ts';
import { binsOf, equalMassBins, type ReliabilityBin, tallied } from './calibration.ts';
import type { Binned } from './calibration-rows.ts';
import { type ClassRecord, type Confusion, classRecords, confusionOf } from './confusion.ts';
import { type Detection, detection, strangersAmong } from './detection.ts';
import { type DetectionRows, detectionRows } from './detection-rows.ts';
import { perInput } from './per-input.ts';
import { decisions, type Predictive } from './predictive.ts';
import { type Ranked, ranked } from './ranked.ts';
import { areaRows, type RiskCoverage, riskCoverage } from './risk-coverage.ts';
import { brierLosses, logLosses } from './scores.ts';
import type { Stopped } from './stopping.ts';

/** What a predictor chose to do: samples taken and inputs answered; all where absent. */
export interface Chosen {
  readonly stopped?: Stopped;
  readonly selection?: Selection;
}

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
  /** Where samples were taken until a rule stopped them. */
  readonly stopped?: Stopped;
  /** Which inputs are answered, where others are not. */
  readonly selection?: Selection;
  #decisions?: Int32Array;
  /** By input, [count] each, worked out when first asked for. */
  readonly losses: ClassLosses;
  #confidence?: Float64Array;
  #binned?: Binned;
  #equalMass?: Binned;
  #confusion?: Confusion;
  #records?: readonly ClassRecord[];
  #riskCoverage?: RiskCoverage;
  readonly #ranks: { total?: Ranked; epistemic?: Ranked } = {};
  readonly #errors: { total?: Detected; epistemic?: Detected } = {};
  readonly #strangers: { total?: Detected; epistemic?: Detected } = {};

  constructor(
    parts: Predictive,
    labels: ArrayLike<number>,
    unseen?: Predictive,
    names?: readonly string[],
    { stopped, selection }: Chosen = {},
  ) {
    this.parts = parts;
    this.labels = labels;
    this.unseen = unseen;
    this.names = names;
    this.stopped = stopped;
    this.selection = selection;
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
    const { mean, classes, count } = this.parts;
    const { decisions } = this;
    this.#confidence ??= perInput(count, n => mean[n * classes + decisions[n]!]!);
    return this.#confidence;
  }

  /** The same prediction, some inputs of which are not answered. */
  answering(selection: Selection): ClassPredicted {
    const { parts, labels, unseen, names, stopped } = this;
    return new ClassPredicted(parts, labels, unseen, names, { stopped, selection });
  }

  get reliability(): readonly ReliabilityBin[] {
    return this.binned.bins;
  }

  /** Inputs in bins of confidence, ten of equal width. */
  get binned(): Binned {
    this.#binned ??= this.#inBins(binsOf(this.confidence));
    return this.#binned;
  }

  /** The same in ten bins of equal mass. */
  get equalMass(): Binned {
    this.#equalMass ??= this.#inBins(equalMassBins(this.confidence));
    return this.#equalMass;
  }

  get confusion(): Confusion {
    this.#confusion ??= confusionOf(this.labels, this.decisions, this.parts.classes);
    return this.#confusion;
  }

  /** Recall, precision and F1 of every class. */
  get records(): readonly ClassRecord[] {
    this.#records ??= classRecords(this.confusion);
    return this.#records;
  }

  /** Error rate over coverage, inputs ordered by total entropy. */
  get riskCoverage(): RiskCoverage {
    this.#riskCoverage ??= riskCoverage(this.parts.total, this.losses.error, undefined, this.#ranksBy('total'));
    return this.#riskCoverage;
  }

  /** Numbers per input whose mean is the area under it, to first order. */
  get riskCoverageRows(): Float64Array {
    return areaRows(this.losses.error, this.#ranksBy('total'), this.riskCoverage);
  }

  /** Wrong decisions found by an uncertainty. */
  errorsBy(uncertainty: Uncertainty): Detected {
    this.#errors[uncertainty] ??= detected(this.losses.error, this.parts[uncertainty], this.#ranksBy(uncertainty), {
      oneSample: true,
    });
    return this.#errors[uncertainty];
  }

  /** Unseen inputs found by an uncertainty; rows are of known inputs, then of unseen ones. */
  unseenBy(uncertainty: Uncertainty): Detected {
    if (!this.unseen) throw new Error('internal: asked for unseen inputs where there are none');
    if (!this.#strangers[uncertainty]) {
      const { scores, positives } = strangersAmong(this.parts[uncertainty], this.unseen[uncertainty]);
      this.#strangers[uncertainty] = detected(positives, scores, ranked(scores), { oneSample: false });
    }
    return this.#strangers[uncertainty];
  }

  #inBins(places: Uint32Array): Binned {
    const wrong = this.losses.error;
    return { places, bins: tallied(places, this.confidence, wrong), confidence: this.confidence, wrong };
  }

  #ranksBy(uncertainty: Uncertainty): Ranked {
    this.#ranks[uncertainty] ??= ranked(this.parts[uncertainty]);
    return this.#ranks[uncertainty];
  }
}

type Uncertainty = 'total' | 'epistemic';

/** How well something is found, and numbers per input whose mean that is, worked out when first asked for. */
export interface Detected {
  readonly measures: Detection;
  /** 1 for inputs to be found, 1 for the others, and the order of all by suspicion. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
  readonly ranks: Ranked;
  readonly rows: DetectionRows;
}

function detected(
  positives: Float64Array,
  scores: Float64Array,
  ranks: Ranked,
  { oneSample }: { readonly oneSample: boolean },
): Detected {
  const measures = detection(scores, positives, ranks);
  let rows: DetectionRows | undefined;
  return {
    measures,
    positives,
    negatives: positives.map(one => 1 - one),
    ranks,
    get rows() {
      const found = positives.reduce((sum, x) => sum + x, 0);
      const share = oneSample
        ? { positive: positives.length / found, negative: positives.length / (positives.length - found) }
        : { positive: 1, negative: 1 };
      rows ??= detectionRows(measures, positives, ranks, share);
      return rows;
    },
  };
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
      error ??= perInput(parts.count, n => (given.decisions[n] === labels[n] ? 0 : 1));
      return error;
    },
  };
}

/**
 * Class probabilities to be judged by `labels`, [count], 0 … classes − 1. `unseen` has the same classes; `names` are those
 * of the classes; `chosen` says which samples were taken and which inputs are answered.
 */
export function classPredicted(
  parts: Predictive,
  labels: ArrayLike<number>,
  unseen?: Predictive,
  names?: readonly string[],
  chosen?: Chosen,
): ClassPredicted {
  const { count, classes } = parts;
  insist(count > 0, 'labels: must hold at least one input to evaluate, got none.');
  insist(labels.length === count, `labels: must be one per input, ${count}, got ${labels.length}.`);
  for (let n = 0; n < count; n++) {
    const label = labels[n]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new InputError(`labels: must be classes 0 to ${classes - 1}, got ${label} at input ${n}.`);
    }
  }
  insist(!names || names.length === classes, `names: must be one per class, ${classes}, got ${names?.length}.`);
  return new ClassPredicted(parts, labels, unseen, names, chosen);
}

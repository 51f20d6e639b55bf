/** What the targets are: class labels or real numbers. */
export type Task = 'classification' | 'regression';

/** One part of a data set. */
export interface Split {
  /** Rows. */
  readonly count: number;
  /** [count, …inputShape], row-major. */
  readonly inputs: Float32Array;
  /** Class of each row, [count]; empty for regression. */
  readonly labels: Int32Array;
  /** [count, outputs]; empty for classification. */
  readonly targets: Float32Array;
  /**
   * Group of each row, a place in the data set's `groupNames`, [count]: rows of one patient, record or stretch of time, which
   * are one piece of evidence. Absent where every row stands by itself.
   */
  readonly groups?: Int32Array;
  /** Number of each row in the split that it was cut from, [count], to which its noise belongs; its place where absent. */
  readonly numbers?: Int32Array;
}

/** (x − mean)/std per input or target; kept so that values can be shown in their own units. */
export interface Standardisation {
  readonly mean: Float64Array;
  readonly std: Float64Array;
}

/** Inputs and targets with names, units and splits. */
export interface Dataset {
  readonly name: string;
  readonly task: Task;
  /** Shape of one input: [features], [channels, length] or [channels, height, width]. */
  readonly inputShape: readonly number[];
  readonly inputNames: readonly string[];
  /** Class names, or names of the regression targets. */
  readonly outputNames: readonly string[];
  /** Names of the groups that rows belong to, of all splits; absent where every row stands by itself. */
  readonly groupNames?: readonly string[];
  readonly train: Split;
  /** Compares designs in a study: training rows that training does not see. Absent where none were kept from it. */
  readonly search?: Split;
  /** Chooses scales, limits and converter ranges; never the training or the test split. */
  readonly validation: Split;
  readonly test: Split;
  /** Rows of classes that training never saw, to judge whether uncertainty notices; their labels are −1. */
  readonly unseen?: Split;
  /** Fitted on the training split only; absent where nothing was standardised. */
  readonly inputScale?: Standardisation;
  readonly targetScale?: Standardisation;
  /** What was made of columns of texts, dates and missing values, a sentence each; absent where all were numbers. */
  readonly encoding?: readonly string[];
  /** Licence and origin in one line. */
  readonly origin: string;
}

import type { Address } from '../base/index.ts';
import type { NdArray } from '../data/index.ts';
import type { WeightRanges } from '../network/index.ts';
import type { CrossedInterval, Interval, PairedTest } from '../uncertainty/index.ts';
import type { CorrectionKind, LogitsCorrected } from './correction.ts';
import type { Metrics, PooledCurves } from './predicted.ts';

/** By metric: the mean over chips with its 95 % intervals over chips, over rows, and over both. */
export type CrossedMetrics = Readonly<Record<string, CrossedInterval>>;

/** By metric: tests of one kind of chips against another, on the same chips and rows. */
export type PairedTests = Readonly<Record<string, PairedTest>>;

/** How often each class was decided (inner) for each label (outer): inputs, mean over chips. */
export type ConfusionTable = ReadonlyArray<readonly number[]>;

/** What is predicted in exact arithmetic: intervals are over rows. */
export interface SoftwareEvaluation {
  readonly metrics: CrossedMetrics;
  readonly curves: PooledCurves;
  /** Of classifications. */
  readonly confusion?: ConfusionTable;
}

/** A real chip among the simulated ones: by metric its value, their mean, and the chance of a rank as far out were it one of them. */
export interface Standing {
  readonly chip: number;
  readonly metrics: Readonly<
    Record<string, { readonly value: number; readonly simulated: number; readonly pValue: number }>
  >;
}

/** One kind of chips: metrics over chips and times. */
export interface SideEvaluation {
  /** At the headline time. */
  readonly metrics: CrossedMetrics;
  readonly byTime: ReadonlyArray<{ readonly time: number; readonly metrics: CrossedMetrics }>;
  /** Every chip's metrics at the headline time. */
  readonly chips: readonly Metrics[];
  /** Which of the chips hold conductances that were read from a real array; absent where all are simulated. */
  readonly measured?: readonly number[];
  /** Where those stand among the simulated ones; absent where there are not both. */
  readonly standing?: readonly Standing[];
  /** Over all chips at the headline time. */
  readonly curves: PooledCurves;
  /** Of classifications, at the headline time. */
  readonly confusion?: ConfusionTable;
  /** Shares of inputs and partial sums that left their converter's range, at the headline time. */
  readonly saturation: { readonly inputs: Interval; readonly outputs: Interval };
  /** Which weights the cells hold, by layer, and the share of them that is clipped. */
  readonly ranges: WeightRanges;
  /** What products in bfloat16 put sums off by as a share of the device's noise; absent in single precision. */
  readonly bf16Error?: number;
}

/** How much of a software prediction survived on the chips. */
export interface Preserved {
  /** What was compared: maps over the grid (two inputs), which is no sample of rows, or the test inputs. */
  readonly over: 'grid' | 'test';
  readonly metrics: CrossedMetrics;
  readonly chips: readonly Metrics[];
}

/** One time of the same chips, beside their metrics by time: what of software survives then, and metrics under each corruption. */
export interface AgeingEvaluation {
  readonly time: number;
  readonly preserved: CrossedMetrics;
  readonly corruptions?: ReadonlyArray<{
    readonly corruption: string;
    readonly strength: number;
    readonly metrics: CrossedMetrics;
  }>;
}

/** What correction on the validation split does to software, and to every chip by itself, each time anew; figures are of the headline time. */
export interface Corrected {
  readonly kind: CorrectionKind;
  /** Share of answers that sets and intervals are made for. */
  readonly coverage: number;
  /** Validation rows that the correction was fitted to, and those that set the sizes of sets or intervals. */
  readonly rows: { readonly fitted: number; readonly scored: number };
  readonly software: BeforeAndAfter & { readonly correction?: LogitsCorrected };
  readonly hardware: CorrectedSide;
  readonly deterministic: CorrectedSide;
}

/** Metrics without and with the correction; regression has none, and its `after` is empty. */
export interface BeforeAndAfter<M = CrossedMetrics> {
  readonly before: M;
  readonly after: M;
}

export interface CorrectedSide extends BeforeAndAfter {
  readonly chips: ReadonlyArray<BeforeAndAfter<Metrics> & { readonly correction?: LogitsCorrected }>;
  /** Metrics with the correction by time, in the order of the times; none of regression. */
  readonly byTime: ReadonlyArray<{ readonly time: number; readonly after: CrossedMetrics }>;
}

/** The test split with inputs corrupted in one way and strength, at the headline time. */
export interface CorruptedEvaluation {
  readonly corruption: string;
  readonly strength: number;
  readonly software: CrossedMetrics;
  readonly hardware: CrossedMetrics;
  readonly deterministic: CrossedMetrics;
}

/** What intervals rest on. */
export interface EvidenceCounts {
  readonly chips: number;
  /** Test rows. */
  readonly rows: number;
  /** Groups of them that are one piece of evidence each, such as patients; absent where every row stands by itself. */
  readonly groups?: number;
}

/** What survived, in numbers. */
export interface Evaluation {
  readonly task: 'classification' | 'regression';
  /** Names of the classes, or of the targets. */
  readonly outputs: readonly string[];
  /** Names the data by their content: evaluations on the same data can be compared. */
  readonly data: Address;
  readonly evidence: EvidenceCounts;
  readonly times: readonly number[];
  /** The time that headline figures are of, s after programming. */
  readonly headlineTime: number;
  /** Times beyond the last read of the device, `from`, s: what is said of them is extrapolated; absent where there are none. */
  readonly extrapolated?: { readonly from: number; readonly times: readonly number[] };
  readonly software: SoftwareEvaluation;
  readonly hardware: SideEvaluation;
  /** One weight vector on chips of its own. */
  readonly deterministic: SideEvaluation;
  /** Against the posterior's own software prediction. */
  readonly preserved: Preserved;
  /** At every time, where there are several. */
  readonly ageing?: readonly AgeingEvaluation[];
  /** Against the software prediction of the experiment that this is a variant of, where the data are the same. */
  readonly preservedOfBase?: Preserved;
  /** Wasserstein distance between a weight's posterior and its values on the first chip, in weight units. */
  readonly weightDistance: { readonly mean: number; readonly largest: number };
  /** What hardware gains over deterministic, chip by chip, by every headline metric of which one side is better. */
  readonly againstDeterministic: PairedTests;
  /** Before and after correction on the validation split, where the experiment asks for it. */
  readonly calibration?: Corrected;
  /** The test split under the corruptions that the experiment asks for. */
  readonly corruptions?: readonly CorruptedEvaluation[];
  /** The same against the deterministic chips of the experiment that this is a variant of, where device and data are the same. */
  readonly againstBaseDeterministic?: PairedTests;
}

/** An evaluation; where inputs are a plane, maps of software and of the first chips at the headline time; and what headline metrics owe to rows. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  /** `points` [points, 2]; `software/mean` [points, classes], `software/aleatoric`, `software/epistemic` [points], likewise hardware and deterministic. */
  readonly maps: Readonly<Record<string, NdArray>>;
  /**
   * At the headline time: `hardware/nll` and other headline metrics [chips, blocks], what each block of test rows adds to the
   * metric of each chip, so that squares add up to its variance over rows; likewise deterministic. `degrees/nll` [1], degrees
   * of freedom of that variance. A block is a row or a group of rows; beyond 1,024 of them some are pooled.
   */
  readonly evidence: Readonly<Record<string, NdArray>>;
}

import type { Posterior } from '../bayes/index.ts';
import { fold } from '../random/index.ts';
import { type Chip, readChip, weightSamples } from '../transfer/index.ts';
import {
  type Interval,
  interval,
  intervals,
  type PairedTest,
  pairedTest,
  wassersteinPerColumn,
} from '../uncertainty/index.ts';
import { type Calibrated, calibrate } from './calibrate.ts';
import { type CorruptedEvaluation, judgeCorrupted } from './corrupt.ts';
import { type Curves, type Judged, judge, type Metrics, mapsOf, preservedOf, type Side } from './judge.ts';
import { readOptions } from './plan.ts';
import type { Prediction } from './predict.ts';
import type { Setting } from './setting.ts';

type Intervals = Readonly<Record<string, Interval>>;

/** One hardware side: metrics over chips and times. */
export interface SideEvaluation {
  /** At the first time, mean over chips with its 95 % interval. */
  readonly metrics: Intervals;
  readonly byTime: ReadonlyArray<{ readonly time: number; readonly metrics: Intervals }>;
  /** Every chip's metrics at the first time. */
  readonly chips: readonly Metrics[];
  /** Which of the chips hold conductances that were read from a real array; absent where all are simulated. */
  readonly measured?: readonly number[];
  /** Of the first chip at the first time. */
  readonly curves: Curves;
  /** Shares of inputs and partial sums that left their converter's range, at the first time. */
  readonly saturation: { readonly inputs: Interval; readonly outputs: Interval };
  /** What products in bfloat16 put sums off by as a share of the device's noise; absent in single precision. */
  readonly bf16Error?: number;
}

/** How much of a software prediction survived on the chips. */
export interface Preserved {
  /** What was compared: maps over the grid (two inputs) or the test inputs. */
  readonly over: 'grid' | 'test';
  readonly metrics: Intervals;
  readonly chips: readonly Metrics[];
}

/** What survived, in numbers. */
export interface Evaluation {
  readonly task: 'classification' | 'regression';
  readonly times: readonly number[];
  readonly software: { readonly metrics: Metrics; readonly curves: Curves };
  readonly hardware: SideEvaluation;
  readonly deterministic: SideEvaluation;
  /** Against the posterior's own software prediction. */
  readonly preserved: Preserved;
  /** Against the software prediction of the experiment that this is a variant of. */
  readonly preservedOfBase?: Preserved;
  /** Wasserstein distance between a weight's posterior and its values on the first chip, in weight units. */
  readonly weightDistance: { readonly mean: number; readonly largest: number; readonly perWeight: readonly number[] };
  /** Accuracy (classification) or −RMSE (regression), hardware against deterministic, chip by chip. */
  readonly againstDeterministic: PairedTest;
  /** Before and after correction on the validation split, where the experiment asks for it. */
  readonly calibration?: Calibrated;
  /** The test split under the corruptions that the experiment asks for. */
  readonly corruptions?: readonly CorruptedEvaluation[];
  /** The same against the deterministic chips of the experiment that this is a variant of, where the device is the same. */
  readonly againstBaseDeterministic?: PairedTest;
}

/** The experiment that a run is a variant of. */
export interface BaseRun {
  readonly prediction: Prediction;
  /** Whether its chips are of the same device, so that they compare chip by chip. */
  readonly sameDevice: boolean;
}

/** Judges a prediction; `base` is that of the experiment it is a variant of. */
export function evaluatePrediction(
  setting: Setting,
  posterior: Posterior,
  prediction: Prediction,
  chips: readonly Chip[],
  base?: BaseRun,
): Evaluation {
  const { dataset, times } = setting;
  const software = judge(setting, prediction, 'software');
  const hardware = judgeChips(setting, prediction, 'hardware');
  const deterministic = judgeChips(setting, prediction, 'deterministic');
  const calibration = calibrate(setting, prediction);
  const corruptions = judgeCorrupted(setting, prediction);
  const score = (m: Metrics) => (dataset.task === 'classification' ? m.accuracy! : -m.rmse!);
  const scores = (judged: readonly Judged[][]) => judged.map(([first]) => score(first!.metrics));
  const against = (others: readonly Judged[][]) => pairedTest(scores(hardware), scores(others));
  return {
    task: dataset.task,
    times,
    software: { metrics: software.metrics, curves: software.curves },
    hardware: { ...summary(setting, prediction, 'hardware', hardware), ...measuredOf(chips) },
    deterministic: summary(setting, prediction, 'deterministic', deterministic),
    preserved: survived(setting, prediction, hardware, prediction),
    ...(base && { preservedOfBase: survived(setting, prediction, hardware, base.prediction) }),
    ...(calibration && { calibration }),
    ...(corruptions && { corruptions }),
    weightDistance: weightDistance(setting, posterior, chips[0]!),
    againstDeterministic: against(deterministic),
    ...(base?.sameDevice && {
      againstBaseDeterministic: against(judgeChips(setting, base.prediction, 'deterministic')),
    }),
  };
}

/** Every chip at every time. */
function judgeChips(setting: Setting, prediction: Prediction, side: Side): Judged[][] {
  const chips = prediction[`${side}/test`]!.shape[0]!;
  return Array.from({ length: chips }, (_, c) => setting.times.map((_, t) => judge(setting, prediction, side, c, t)));
}

function summary({ times }: Setting, prediction: Prediction, side: Side, judged: readonly Judged[][]): SideEvaluation {
  const bf16Error = prediction[`${side}/bf16Error`];
  const byTime = times.map((time, t) => ({ time, metrics: intervals(judged.map(chip => chip[t]!.metrics)) }));
  return {
    metrics: byTime[0]!.metrics,
    byTime,
    chips: judged.map(chip => chip[0]!.metrics),
    curves: judged[0]![0]!.curves,
    saturation: { inputs: saturated(prediction, side, 0), outputs: saturated(prediction, side, 1) },
    ...(bf16Error && { bf16Error: Number(bf16Error.data[0]) }),
  };
}

function measuredOf(chips: readonly Chip[]): { readonly measured?: readonly number[] } {
  const measured = chips.flatMap((chip, i) => (chip.measured ? [i] : []));
  return measured.length > 0 ? { measured } : {};
}

function saturated(prediction: Prediction, side: Side, which: 0 | 1): Interval {
  const { shape, data } = prediction[`${side}/saturation`]!;
  const [chips, times] = shape as [number, number];
  return interval(Array.from({ length: chips }, (_, c) => Number(data[c * times * 2 + which])));
}

function survived(setting: Setting, own: Prediction, hardware: readonly Judged[][], reference: Prediction): Preserved {
  const over = own['hardware/grid/mean'] ? 'grid' : 'test';
  const software = over === 'grid' ? mapsOf(reference, 'software') : judge(setting, reference, 'software').parts;
  const chips = hardware.map(([first], c) =>
    preservedOf(software, over === 'grid' ? mapsOf(own, 'hardware', c) : first!.parts),
  );
  return { over, metrics: intervals(chips), chips };
}

function weightDistance(setting: Setting, posterior: Posterior, chip: Chip): Evaluation['weightDistance'] {
  const { times, key } = setting;
  const { weights } = chip.plan;
  const { weights: realised } = readChip(chip, readOptions(setting, times[0]!));
  const samples = weightSamples(posterior, weights, fold(key, 'distance'));
  const perWeight = wassersteinPerColumn(samples, realised, weights);
  return {
    mean: perWeight.reduce((total, d) => total + d, 0) / weights,
    largest: perWeight.reduce((most, d) => Math.max(most, d), 0),
    perWeight: Array.from(perWeight),
  };
}

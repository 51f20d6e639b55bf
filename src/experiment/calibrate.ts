import { InputError } from '../base/index.ts';
import { checkedLogitCorrection, correctLogits } from '../bayes/index.ts';
import { type Dataset, rowsOf } from '../data/index.ts';
import type { Outputs } from '../inference/index.ts';
import { fold, permutation } from '../random/index.ts';
import { type Interval, intervals, measure, measureConformal } from '../uncertainty/index.ts';
import { type Metrics, outputsOf, predictedOf, type Side } from './judge.ts';
import type { Prediction } from './predict.ts';
import type { Experiment } from './schema.ts';
import type { Setting } from './setting.ts';

/**
 * One predictor before and after its correction, by metric on the test split; besides those of evaluations
 * `conformalCoverage` (share of answers inside sets or intervals made for 90 %) and `conformalSize` (mean classes in a set,
 * or width of an interval in the targets' unit). Regression has no logits: its `after` is empty.
 */
export interface CalibratedMetrics {
  readonly before: Metrics;
  readonly after: Metrics;
  /**
   * z′ = scale·z + offset, each [classes]; absent for regression. Where the fit raised the negative log-likelihood of the
   * other half, `check`, it is not `applied`: `after` is `before`.
   */
  readonly correction?: {
    readonly scale: readonly number[];
    readonly offset: readonly number[];
    readonly applied: boolean;
    readonly check: { readonly before: number; readonly after: number };
  };
}

/** What correction on the validation split does to software, and to every chip by itself, at the first time. */
export interface Calibrated {
  readonly kind: 'temperature' | 'vector';
  /** Share of answers that sets and intervals are made for. */
  readonly coverage: number;
  /** Validation rows that the correction was fitted to, and those that set the sizes of sets or intervals. */
  readonly rows: { readonly fitted: number; readonly scored: number };
  readonly software: CalibratedMetrics;
  readonly hardware: CalibratedSide;
  readonly deterministic: CalibratedSide;
}

export interface CalibratedSide {
  /** Mean over chips with its 95 % interval. */
  readonly before: Readonly<Record<string, Interval>>;
  readonly after: Readonly<Record<string, Interval>>;
  readonly chips: readonly CalibratedMetrics[];
}

const miss = 0.1;

/** Rows that set a threshold at least: ⌈0.9 (n + 1)⌉ ≤ n. */
const fewestScored = 9;

/** Rows that a correction of at most two numbers per class is fitted to at most. */
const mostFitted = 512;

/** Stops where the validation split is too small for the calibration that an experiment asks for. */
export function checkCalibration({ evaluate }: Experiment, { task, validation }: Dataset): void {
  if (evaluate.calibration === 'none') return;
  const fewest = task === 'classification' ? 2 * fewestScored : fewestScored;
  if (validation.count >= fewest) return;
  throw new InputError(
    `evaluate.calibration: needs at least ${fewest} validation rows, got ${validation.count}; raise data.validation.`,
  );
}

/**
 * Fits the correction to one half of the validation split, drawn at random, and takes the thresholds of conformal sets
 * from the other, so that their coverage is as promised whatever the correction; the other half also says whether the
 * correction is applied. Regression, which has none, takes the thresholds from all. Undefined where the experiment wants none.
 */
export function calibrate(setting: Setting, prediction: Prediction): Calibrated | undefined {
  const { dataset, experiment } = setting;
  const { calibration: kind } = experiment.evaluate;
  if (kind === 'none') return undefined;
  const { validation } = dataset;
  const half = dataset.task === 'classification' ? Math.floor(validation.count / 2) : 0;
  const order = permutation(fold(setting.key, 'calibration'), validation.count);
  const rows = { fitted: order.slice(0, Math.min(half, mostFitted)), scored: order.slice(half) };
  const correct = (side: Side, chip = 0) => calibrateOne(setting, prediction, kind, rows, side, chip);
  const chipsOf = (side: Side): CalibratedSide => {
    const chips = Array.from({ length: prediction[`${side}/test`]!.shape[0]! }, (_, c) => correct(side, c));
    return { before: intervals(chips.map(c => c.before)), after: intervals(chips.map(c => c.after)), chips };
  };
  return {
    kind,
    coverage: 1 - miss,
    rows: { fitted: rows.fitted.length, scored: rows.scored.length },
    software: correct('software'),
    hardware: chipsOf('hardware'),
    deterministic: chipsOf('deterministic'),
  };
}

function calibrateOne(
  setting: Setting,
  prediction: Prediction,
  kind: Calibrated['kind'],
  rows: { readonly fitted: Int32Array; readonly scored: Int32Array },
  side: Side,
  chip: number,
): CalibratedMetrics {
  const { dataset } = setting;
  const { validation, test } = dataset;
  const noise = prediction['software/noise']?.data as Float64Array | undefined;
  const of = (split: string) => outputsOf(prediction[`${side}/${split}`]!, chip, 0);
  const scored = rowsOf(validation, rows.scored);
  const [held, tested] = [of('validation'), of('test')];
  const heldScored = rowsOfOutputs(held, rows.scored);
  const unseen = prediction[`${side}/unseen`] && of('unseen');
  const judged = (change: (outputs: Outputs) => Outputs): Metrics => {
    const found = predictedOf(setting, change(tested), test, noise, unseen && change(unseen));
    const reference = predictedOf(setting, change(heldScored), scored, noise);
    return { ...measure(found), ...measureConformal({ held: reference, tested: found, miss }) };
  };
  const before = judged(outputs => outputs);
  if (dataset.task === 'regression') return { before, after: {} };
  const labelled = ({ values, samples, outputs }: Outputs, labels: Int32Array) => ({
    logits: values,
    labels,
    samples,
    classes: outputs,
  });
  const fitted = rowsOfOutputs(held, rows.fitted);
  const found = checkedLogitCorrection(
    kind,
    labelled(fitted, rowsOf(validation, rows.fitted).labels),
    labelled(heldScored, scored.labels),
  );
  const corrected = (outputs: Outputs) => {
    const values = outputs.values.slice();
    correctLogits(values, found.correction);
    return { ...outputs, values };
  };
  return {
    before,
    after: found.applies ? judged(corrected) : before,
    correction: {
      scale: Array.from(found.correction.scale),
      offset: Array.from(found.correction.offset),
      applied: found.applies,
      check: { before: found.before, after: found.after },
    },
  };
}

function rowsOfOutputs({ values, samples, count, outputs }: Outputs, rows: Int32Array): Outputs {
  const part = new Float32Array(samples * rows.length * outputs);
  for (let s = 0, at = 0; s < samples; s++) {
    for (let i = 0; i < rows.length; i++, at += outputs) {
      const from = (s * count + rows[i]!) * outputs;
      for (let c = 0; c < outputs; c++) part[at + c] = values[from + c]!;
    }
  }
  return { values: part, samples, count: rows.length, outputs };
}

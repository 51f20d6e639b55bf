import { InputError, type Pieces } from '../base/index.ts';
import { type CheckedCorrection, checkedInPieces, correctLogits, type Model } from '../bayes/index.ts';
import { type Dataset, rowsOf } from '../data/index.ts';
import type { Experiment } from '../experiment/index.ts';
import type { Outputs } from '../inference/index.ts';
import { type Key, permutation } from '../random/index.ts';
import {
  allEvidence,
  conformalMetrics,
  type Judged,
  noEvidence,
  rowEvidence,
  type TestRows,
  withHeld,
} from '../uncertainty/index.ts';
import { judge } from './judging.ts';
import { predictedOf } from './predicted.ts';

/**
 * One predictor before and after its correction, by metric on the test split; besides those of evaluations
 * `conformalCoverage` (share of answers inside sets or intervals made for 90 %) and `conformalSize` (mean classes in a set,
 * or width of an interval in the targets' unit). Regression has no logits: its `after` is empty.
 */
export interface Correcting {
  readonly before: Judged;
  readonly after: Judged;
  readonly correction?: LogitsCorrected;
}

/**
 * z′ = scale·z + offset, each [classes]; absent for regression. Where the fit raised the negative log-likelihood of the
 * other half, `check`, it is not `applied`: `after` is `before`.
 */
export interface LogitsCorrected {
  readonly scale: readonly number[];
  readonly offset: readonly number[];
  readonly applied: boolean;
  readonly check: { readonly before: number; readonly after: number };
}

export type CorrectionKind = Exclude<Experiment['evaluate']['calibration'], 'none'>;

/** Share of answers that sets and intervals miss. */
const miss = 0.1;

/** Share of answers that sets and intervals are made for. */
export const conformalCoverage = 1 - miss;

/** Rows that set a threshold at least: ⌈0.9 (n + 1)⌉ ≤ n. */
const fewestScored = 9;

/** Rows that a correction of at most two numbers per class is fitted to at most. */
const mostFitted = 512;

/** Stops where the validation split is too small for a correction, or for intervals, asked for by the field at `path`. */
export function checkCorrection({ task, validation }: Dataset, path: readonly string[]): void {
  const fewest = task === 'classification' ? 2 * fewestScored : fewestScored;
  if (validation.count >= fewest) return;
  throw new InputError({
    path,
    rule: `needs at least ${fewest} validation rows`,
    value: validation.count,
    hint: "raise data.validation or say 'none'",
  });
}

/** Validation rows that a correction is fitted to, and those that set the sizes of sets or intervals. */
export interface CorrectionRows {
  readonly fitted: Int32Array;
  readonly scored: Int32Array;
}

/** Divides the validation split at random: the same halves for software and every chip. */
export function correctionRows(key: Key, { task, validation }: Dataset): CorrectionRows {
  const half = task === 'classification' ? Math.floor(validation.count / 2) : 0;
  const order = permutation(key, validation.count);
  return { fitted: order.slice(0, Math.min(half, mostFitted)), scored: order.slice(half) };
}

/** Fits a correction to one half of what a predictor says of the validation split, `held`, and looks at the other half. */
export function* fittedCorrection(
  kind: CorrectionKind,
  held: Outputs,
  { validation }: Dataset,
  { fitted, scored }: CorrectionRows,
): Pieces<CheckedCorrection> {
  const labelled = (rows: Int32Array) => ({
    logits: rowsOfOutputs(held, rows).values,
    labels: rowsOf(validation, rows).labels,
    samples: held.samples,
    classes: held.outputs,
  });
  return yield* checkedInPieces(kind, labelled(fitted), labelled(scored));
}

/** Outputs with a correction, as they are where it does not apply. */
export function correctedOutputs({ correction, applies }: CheckedCorrection, outputs: Outputs): Outputs {
  if (!applies) return outputs;
  const values = outputs.values.slice();
  correctLogits(values, correction);
  return { ...outputs, values };
}

/** Outputs of one predictor on the splits that its correction needs. */
export interface CorrectedOutputs {
  readonly test: Outputs;
  readonly validation: Outputs;
  readonly unseen?: Outputs;
}

/**
 * Fits the correction to one half of the validation split and takes the thresholds of conformal sets from the other, so
 * that their coverage is as promised whatever the correction; the other half also says whether the correction is applied.
 * Regression, which has none, takes the thresholds from the whole split.
 */
export function* correct(
  kind: CorrectionKind,
  model: Pick<Model, 'likelihood'>,
  data: Dataset,
  rows: CorrectionRows,
  { test: tested, validation: held, unseen }: CorrectedOutputs,
  { noise, evidence: asked }: { readonly noise?: Float64Array; readonly evidence?: TestRows },
): Pieces<Correcting> {
  const { validation, test, task } = data;
  const scored = rowsOf(validation, rows.scored);
  const heldScored = rowsOfOutputs(held, rows.scored);
  const sets = conformalMetrics.filter(metric => metric.task === task);
  const judged = (change: (outputs: Outputs) => Outputs): Judged => {
    const found = predictedOf(model, data, change(tested), test, noise, unseen && change(unseen));
    const reference = predictedOf(model, data, change(heldScored), scored, noise);
    const pair = { held: reference, tested: found, miss };
    const own = Object.fromEntries(sets.map(metric => [metric.name, metric.of(pair)]));
    const { values, evidence } = judge(found, undefined, asked);
    return {
      values: { ...values, ...own },
      evidence: asked ? allEvidence(evidence, rowEvidence(pair, sets, own, withHeld(asked, scored))) : evidence,
    };
  };
  const before = judged(outputs => outputs);
  yield;
  if (task === 'regression') return { before, after: { values: {}, evidence: noEvidence } };
  const found = yield* fittedCorrection(kind, held, data, rows);
  return {
    before,
    after: found.applies ? judged(outputs => correctedOutputs(found, outputs)) : before,
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

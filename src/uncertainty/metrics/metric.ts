import { mean } from '../correlation.ts';
import type { Predicted } from '../predicted.ts';

/** What a number about predictions is called, and how to read it. */
export interface Described {
  /** Its key in records. */
  readonly name: string;
  /** `1` for shares and scores, `nat`, `target` for the targets' own unit, `target²`, `class`. */
  readonly unit: string;
  /** As people read it, without unit. */
  readonly label: string;
  readonly better: 'lower' | 'higher' | 'neither';
  readonly task: 'classification' | 'regression';
  /** Least and largest value it can have; absent where there is no limit. */
  readonly bounds?: readonly [number, number];
  /** One of the few that people are shown first. */
  readonly headline?: true;
}

/** A number that judges one prediction. One file per family; tables, signs of tests and lists of names follow from the record. */
export interface Metric extends Described {
  /** Whether the prediction has what the metric is about; always, where absent. */
  when?(given: Predicted): boolean;
  of(given: Predicted): number;
  /** It is about inputs of classes that training never saw. */
  readonly unseen?: true;
  /** Where the metric is the mean of a number per input: those numbers, [count]. */
  rows?(given: Predicted): Float64Array;
  /** The metric with every input counting `weights` times, [count]; absent where it is not defined for weights. */
  weighted?(given: Predicted, weights: Float64Array): number;
}

/** The metric that is the mean of a number per input. */
export function averaged(metric: Omit<Metric, 'of' | 'rows' | 'weighted'> & Required<Pick<Metric, 'rows'>>): Metric {
  return {
    ...metric,
    of: given => mean(metric.rows(given)),
    weighted: (given, weights) => weightedMean(metric.rows(given), weights),
  };
}

/** Σ wx/Σ w. */
export function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let all = 0;
  for (let n = 0; n < values.length; n++) {
    sum += weights[n]! * values[n]!;
    all += weights[n]!;
  }
  return sum / all;
}

/** Bounds of shares. */
export const share = [0, 1] as const;

/** Bounds of what cannot be negative. */
export const positive = [0, Number.POSITIVE_INFINITY] as const;

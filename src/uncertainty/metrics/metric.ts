import { mean } from '../correlation.ts';
import type { Predicted } from '../predicted.ts';
import type { Reweighted } from '../resampled.ts';
import type { CountOf } from '../share-ends.ts';

/** What a number about predictions is called, and how to read it. */
export interface Described {
  /** Its key in records. */
  readonly name: string;
  /** `1` for shares and scores, `nat`, `target` for the targets' own unit, `target²`, `class`. */
  readonly unit: string;
  /** As people read it, without unit. */
  readonly label: string;
  /** The same for heads of columns and axes; the label where absent. */
  readonly short?: string;
  readonly better: 'lower' | 'higher' | 'neither';
  readonly task: 'classification' | 'regression';
  /** Least and largest value it can have; absent where there is no limit. */
  readonly bounds?: readonly [number, number];
  /** One of those in the table that people are shown first. */
  readonly headline?: true;
  /** One of the fewer that stand in every short table and figure too, in their order. */
  readonly brief?: true;
  /** It says how unsure a predictor is: shown beside `brief` ones where inputs get harder. */
  readonly doubt?: true;
}

/** How a number comes of what is given, and which inputs it is made of. */
export interface Judge<Given> extends Described {
  of(given: Given): number;
  /**
   * Numbers per input whose mean is this number, [count]: exactly, or to first order, the number plus its influence function
   * (Hampel, Journal of the American Statistical Association 69, 1974). Absent where none are known.
   */
  rows?(given: Given): Float64Array;
  /** The same per input of classes that training never saw, where it is about them too. */
  unseenRows?(given: Given): Float64Array;
  /** The same number where rows count more or less often, for what `rows` do not say. */
  readonly reweighted?: Reweighted<Given>;
  /** Where it is a share of inputs: 1 for those, 0 for others, [count]. */
  shareOf?(given: Given): Float64Array;
  /**
   * Where it lies in 0 … 1 and varies like a share though it is none: of how many inputs the share would be that varies as
   * much. Few inputs show too little variance, or none; the interval takes no more than that many.
   */
  likeShare?(given: Given, count: CountOf): number;
}

/** A number that judges one prediction. One file per family; tables, signs of tests and lists of names follow from the record. */
export interface Metric extends Judge<Predicted> {
  /** Whether the prediction has what the metric is about; always, where absent. */
  when?(given: Predicted): boolean;
  /** It is about inputs of classes that training never saw. */
  readonly unseen?: true;
}

/** The metric that is the mean of a number per input. */
export function averaged(metric: Omit<Metric, 'of'> & Required<Pick<Metric, 'rows'>>): Metric {
  return { ...metric, of: given => mean(metric.rows(given)) };
}

/** √mean of non-negative numbers, and numbers whose mean that is to first order. */
export function rootOfMean(values: Float64Array): { readonly root: number; readonly rows: Float64Array } {
  const root = Math.sqrt(mean(values));
  return { root, rows: values.map(x => (root > 0 ? (root + x / root) / 2 : 0)) };
}

/** Of a share of all inputs. */
export const allRows = ({ parts }: Predicted): Float64Array => new Float64Array(parts.count).fill(1);

/** Bounds of shares. */
export const share = [0, 1] as const;

/** Bounds of what cannot be negative. */
export const positive = [0, Number.POSITIVE_INFINITY] as const;

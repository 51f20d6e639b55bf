import { insist } from '../base/index.ts';
import { fold, type Key } from '../random/index.ts';
import { Blocks } from './blocks.ts';
import { mean } from './correlation.ts';
import { type CrossedInterval, crossing } from './crossing.ts';
import { boundsOf, type Interval, unbounded } from './interval.ts';
import type { Metric } from './metrics/metric.ts';
import type { Predicted } from './predicted.ts';
import { type RowEvidence, rowEvidence } from './row-evidence.ts';
import type { Worth } from './share-ends.ts';

/** What the evidence is made of: every chip has answered every row. */
export interface Crossed {
  readonly chips: number;
  readonly rows: number;
  /** Rows that belong together (one patient, one stretch of time) have the same number here, [rows]; each its own, by default. */
  readonly groups?: ArrayLike<number>;
  /** Whether losses are 0 or 1, so that their mean is a share of rows. */
  readonly share?: boolean;
  /** Least and largest value there can be. */
  readonly bounds?: readonly [number, number];
}

/**
 * How far a mean over chips is settled by the chips and by the rows there were. `losses`: [chips, rows], whose mean is meant.
 *
 * Chips and rows are crossed, so each is resampled by itself with replacement and weights are multiplied (Owen, The
 * pigeonhole bootstrap, Annals of Applied Statistics 1(2), 2007). The variance over all resamples is known, so nothing is
 * drawn: of chips Σ_i (r_i − m)²/n², of rows Σ_j (c_j − m)²/N² (of groups, by leaving out one after the other), of both these two and
 * Σ_ij (l_ij − r_i − c_j + m)²/(nN)². Each is raised by n/(n − 1) of its units, and the interval is mean ± t₀.₉₇₅ times its
 * root, for both with Satterthwaite's degrees of freedom: over chips it is that of `interval`. Shares have Wilson's interval
 * of the same variance over rows and both. What belongs to single pairs of chip and row counts three times in `both` (Owen,
 * section 3): it is rather too wide than too narrow.
 */
export function crossedInterval(losses: Float64Array, crossed: Crossed): CrossedInterval {
  const { chips, rows, groups, bounds = unbounded, share } = crossed;
  insist(chips >= 1 && rows >= 1, `losses: must be of at least one chip and one row, got ${chips} and ${rows}.`);
  insist(!groups || groups.length === rows, `groups: must be one per row, ${rows}, got ${groups?.length}.`);
  insist(
    losses.length === chips * rows,
    `losses: must hold chips × rows = ${chips} × ${rows} numbers, got ${losses.length}.`,
  );
  const blocks = new Blocks({ count: rows, groups });
  const found = Array.from({ length: chips }, (_, i) => {
    const own = losses.subarray(i * rows, (i + 1) * rows);
    return { value: mean(own), over: blocks.over(own) };
  });
  const { over } = found[0]!;
  return crossing(
    found.map(({ value, over }) => ({ value, byBlock: over?.added })),
    { bounds, degrees: over?.degrees ?? 0, ...(share && { shareOf: { units: blocks.units() } }) },
  );
}

/** Groups of the rows of predictions, and of their rows of unseen classes; each row its own, by default. */
export interface RowGroups {
  readonly rows?: ArrayLike<number>;
  readonly unseen?: ArrayLike<number>;
}

/**
 * The same for metrics of predictions by name; `given`: one per chip, all of the same rows. Metrics that are no means are
 * taken to first order, by their influence functions (`Judge.rows`), which is what resamples of many rows show; those without
 * are resampled, as `key` says.
 */
export function crossedMetrics(
  key: Key,
  metrics: readonly Metric[],
  given: readonly Predicted[],
  groups: RowGroups = {},
): Record<string, CrossedInterval> {
  const { parts, task, ...first } = given[0]!;
  const strangers = 'unseen' in first ? first.unseen : undefined;
  const rows = {
    key,
    rows: new Blocks({ count: parts.count, groups: groups.rows }, { key: fold(key, 'rows') }),
    ...(strangers && {
      unseen: new Blocks({ count: strangers.count, groups: groups.unseen }, { key: fold(key, 'unseen') }),
    }),
  };
  return crossedRecords(
    given.map(one => {
      const values = Object.fromEntries(metrics.map(metric => [metric.name, metric.of(one)]));
      return { values, evidence: rowEvidence(one, metrics, values, rows) };
    }),
    task,
  );
}

/** Numbers about one chip by name, with what they owe to the rows. */
export interface Judged {
  readonly values: Readonly<Record<string, number>>;
  readonly evidence: RowEvidence;
}

/** Crossed intervals of every number of the first chip, within the bounds of the task's metrics. */
export function crossedRecords(chips: readonly Judged[], task: Predicted['task']): Record<string, CrossedInterval> {
  return Object.fromEntries(
    Object.keys(chips[0]?.values ?? {}).map(name => {
      const shares = chips.flatMap(({ evidence }) => evidence.shareOf[name] ?? []);
      const degrees = chips.flatMap(({ evidence }) => evidence.degrees[name] ?? []);
      const ofChips = chips.map(({ values, evidence }) => ({
        value: values[name] ?? Number.NaN,
        byBlock: evidence.byBlock[name],
      }));
      return [
        name,
        crossing(ofChips, {
          bounds: boundsOf(name, task),
          degrees: degrees[0] ?? 0,
          ...(shares.length > 0 && { shareOf: meanWorth(shares) }),
        }),
      ];
    }),
  );
}

function meanWorth(all: readonly Worth[]): Worth {
  const most = all.flatMap(one => one.most ?? []);
  return { units: mean(all.map(({ units }) => units)), ...(most.length > 0 && { most: mean(most) }) };
}

/** The interval over all the evidence there is: over chips and rows, else over the one of them that has several. */
export function overall({ mean, chips, rows, both }: CrossedInterval): Interval {
  return { mean, ...(both ?? rows ?? chips ?? { low: mean, high: mean }) };
}

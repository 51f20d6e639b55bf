import { insist } from '../base/index.ts';
import { fillUniform, fold, type Key } from '../random/index.ts';
import { mean } from './correlation.ts';
import { type Interval, unbounded, within } from './interval.ts';
import { type Metric, weightedMean } from './metrics/metric.ts';
import type { Predicted } from './predicted.ts';
import { studentQuantile } from './student.ts';

/** What the evidence is made of: every chip has answered every row. */
export interface Crossed {
  readonly chips: number;
  readonly rows: number;
  /** Rows that belong together (one patient, one stretch of time) have the same number here, [rows]; each its own, by default. */
  readonly blocks?: ArrayLike<number>;
  /** Least and largest value there can be. */
  readonly bounds?: readonly [number, number];
  /** Resamples for metrics that are no means; 200 by default. */
  readonly repeats?: number;
}

/** A mean over chips with its 95 % intervals. */
export interface CrossedInterval {
  readonly mean: number;
  /** Were other chips made, and asked the same rows. */
  readonly chips: Interval;
  /** Were other rows asked, on the same chips. */
  readonly rows: Interval;
  /** Were other chips made and other rows asked. */
  readonly both: Interval;
}

/** A metric of one chip with every row counting `weights` times, [rows]. */
export type WeightedMetric = (chip: number, weights: Float64Array) => number;

/**
 * How far a mean over chips is settled by the chips and by the rows there were. `values`: losses [chips, rows], whose mean
 * is meant, or a weighted metric, of which the mean over chips.
 *
 * Chips and rows are crossed, so each is resampled by itself with replacement and weights are multiplied (Owen, The
 * pigeonhole bootstrap, Annals of Applied Statistics 1(2), 2007). For means the variance over all resamples is known:
 * of chips Σ_i (r_i − m)²/n², of rows Σ_j (c_j − m)²/N² (of blocks, sums within blocks), of both these two and
 * Σ_ij (l_ij − r_i − c_j + m)²/(nN)², so nothing is drawn and the key does not matter; for other metrics it is taken over
 * `repeats` resamples. Each variance is raised by n/(n − 1) of its units, and the interval is mean ± t₀.₉₇₅ times its
 * root, for both with Satterthwaite's degrees of freedom: over chips it is that of `interval`. A direction with one unit
 * has no interval: low = high = mean. What belongs to single pairs of chip and row counts three times in `both` (Owen,
 * section 3): it is rather too wide than too narrow.
 */
export function crossedInterval(key: Key, values: Float64Array | WeightedMetric, crossed: Crossed): CrossedInterval {
  const { chips, rows, blocks, bounds = unbounded } = crossed;
  insist(chips >= 1 && rows >= 1, `values: must be of at least one chip and one row, got ${chips} and ${rows}.`);
  insist(!blocks || blocks.length === rows, `blocks: must be one per row, ${rows}, got ${blocks?.length}.`);
  const block = numbered(blocks ?? Array.from({ length: rows }, (_, j) => j));
  const found =
    typeof values === 'function' ? resampled(key, values, crossed, block) : ofMeans(values, chips, rows, block);
  const byChips = raised(found.chips, chips);
  const byRows = raised(found.rows, block.count);
  const joint = raised(found.interaction, chips, block.count);
  const half = (variance: number, degrees: number) =>
    variance > 0 ? studentQuantile(0.975, degrees) * Math.sqrt(variance) : 0;
  const freedom = (byChips + byRows) ** 2 / (over(byChips ** 2, chips - 1) + over(byRows ** 2, block.count - 1));
  const around = (width: number) => within(bounds, found.mean, width);
  return {
    mean: found.mean,
    chips: around(half(byChips, chips - 1)),
    rows: around(half(byRows, block.count - 1)),
    both: around(half(byChips + byRows + joint, freedom)),
  };
}

/**
 * The same for a metric of predictions, one per chip and all of the same rows; undefined for metrics that know no weights.
 */
export function crossedMetric(
  key: Key,
  metric: Metric,
  given: readonly Predicted[],
  blocks?: ArrayLike<number>,
): CrossedInterval | undefined {
  const rows = given[0]!.parts.count;
  const crossed = { chips: given.length, rows, blocks, bounds: metric.bounds };
  if (metric.rows) {
    const values = new Float64Array(given.length * rows);
    given.forEach((one, i) => {
      values.set(metric.rows!(one), i * rows);
    });
    return crossedInterval(key, values, crossed);
  }
  const { weighted } = metric;
  return weighted && crossedInterval(key, (chip, weights) => weighted(given[chip]!, weights), crossed);
}

interface Variances {
  readonly mean: number;
  readonly chips: number;
  readonly rows: number;
  /** What resampling both adds to the sum of the two. */
  readonly interaction: number;
}

interface Blocks {
  readonly count: number;
  /** Number of each row's block, from 0, [rows]. */
  readonly of: Int32Array;
}

function numbered(blocks: ArrayLike<number>): Blocks {
  const known = new Map<number, number>();
  const of = Int32Array.from(blocks, block => {
    if (!known.has(block)) known.set(block, known.size);
    return known.get(block)!;
  });
  return { count: known.size, of };
}

/** Variances over all resamples of the mean of `losses`, [chips, rows]; of blocks of unequal size to first order. */
function ofMeans(losses: Float64Array, chips: number, rows: number, block: Blocks): Variances {
  insist(
    losses.length === chips * rows,
    `values: must hold chips × rows = ${chips} × ${rows} numbers, got ${losses.length}.`,
  );
  const ofChip = new Float64Array(chips);
  const ofRow = new Float64Array(rows);
  for (let i = 0, at = 0; i < chips; i++) {
    for (let j = 0; j < rows; j++, at++) {
      ofChip[i]! += losses[at]! / rows;
      ofRow[j]! += losses[at]! / chips;
    }
  }
  const center = mean(ofChip);
  const sums = new Float64Array(block.count);
  for (let j = 0; j < rows; j++) sums[block.of[j]!]! += ofRow[j]! - center;
  let interaction = 0;
  const pair = new Float64Array(block.count);
  for (let i = 0, at = 0; i < chips; i++) {
    pair.fill(0);
    for (let j = 0; j < rows; j++, at++) pair[block.of[j]!]! += losses[at]! - ofChip[i]! - ofRow[j]! + center;
    interaction += squares(pair);
  }
  return {
    mean: center,
    chips: squares(ofChip.map(r => r - center)) / chips ** 2,
    rows: squares(sums) / rows ** 2,
    interaction: interaction / (chips * rows) ** 2,
  };
}

/** The same over drawn resamples of any weighted metric. Chips and resamples for which it is not defined are left out. */
function resampled(key: Key, metric: WeightedMetric, crossed: Crossed, block: Blocks): Variances {
  const { chips, rows, repeats = 200 } = crossed;
  const weights = new Float64Array(rows).fill(1);
  const once = new Float64Array(chips).fill(1);
  const ofChips = () => Float64Array.from(once, (_, i) => metric(i, weights));
  const full = ofChips();
  const rowsAlone = new Float64Array(repeats);
  const both = new Float64Array(repeats);
  for (let r = 0; r < repeats; r++) {
    const ofBlock = multiplicities(fold(fold(key, 'rows'), r), block.count);
    for (let j = 0; j < rows; j++) weights[j] = ofBlock[block.of[j]!]!;
    const found = ofChips();
    rowsAlone[r] = knownMean(found, once);
    both[r] = knownMean(found, multiplicities(fold(fold(key, 'chips'), r), chips));
  }
  const center = knownMean(full, once);
  const known = defined(full);
  const byChips = squares(known.map(value => value - center)) / known.length ** 2;
  const byRows = variance(rowsAlone);
  return { mean: center, chips: byChips, rows: byRows, interaction: Math.max(0, variance(both) - byChips - byRows) };
}

/** How often each of `count` units is drawn in `count` draws with replacement. */
function multiplicities(key: Key, count: number): Float64Array {
  const times = new Float64Array(count);
  const u = fillUniform(key, new Float64Array(count));
  for (let k = 0; k < count; k++) times[Math.min(count - 1, Math.floor(u[k]! * count))]!++;
  return times;
}

/** A variance over resamples, raised by n/(n − 1) for each number of units; 0 where there is one. */
function raised(value: number, ...units: readonly number[]): number {
  return units.reduce((raised, n) => (n > 1 ? (raised * n) / (n - 1) : 0), value);
}

const over = (value: number, degrees: number): number => (degrees > 0 ? value / degrees : 0);

const squares = (values: Float64Array): number => values.reduce((sum, x) => sum + x * x, 0);

const defined = (values: Float64Array): Float64Array => values.filter(value => !Number.isNaN(value));

/** Mean of the defined values, each counting `times` times. */
function knownMean(values: Float64Array, times: Float64Array): number {
  return weightedMean(
    defined(values),
    times.filter((_, i) => !Number.isNaN(values[i]!)),
  );
}

function variance(values: Float64Array): number {
  const known = defined(values);
  const center = mean(known);
  return squares(known.map(value => value - center)) / known.length;
}

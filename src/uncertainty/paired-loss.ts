import { insist } from '../base/index.ts';
import { studentQuantile } from '../random/index.ts';
import { Blocks } from './blocks.ts';
import { mean } from './correlation.ts';
import { freedom } from './crossing.ts';

/** How much more a predictor loses than chips, row by row. */
export interface PairedLoss {
  /** Mean over rows and chips; positive where the chips are better. */
  readonly mean: number;
  /** One-sided 95 % bounds. */
  readonly low: number;
  readonly high: number;
  /** Variance of the mean over rows, or groups of them; infinite where one group is all or nearly all of the evidence. */
  readonly byRows: number;
  /** Variance of the mean over chips; 0 of one chip. */
  readonly byChips: number;
  /** Degrees of freedom of the sum of both. */
  readonly degrees: number;
  readonly rows: number;
}

/**
 * Losses of a predictor, [rows], less those of chips, [chips][rows] on the same rows. Rows and chips are drawn from many, each
 * crossed with the other, so that both add to the variance of the mean, and the bounds are mean ± t₀.₉₅ times its root with
 * Satterthwaite's degrees of freedom. `groups`: rows that belong together, one patient's for instance, have the same number
 * here, [rows], and count as one piece of evidence; each row by itself, by default.
 */
export function pairedLoss(
  predictor: Float64Array,
  chips: readonly Float64Array[],
  groups?: ArrayLike<number>,
): PairedLoss {
  const rows = predictor.length;
  insist(
    rows > 1 && chips.length > 0 && chips.every(chip => chip.length === rows),
    `losses: need at least two rows, the same for the predictor and every chip, got ${rows} and ${chips.map(chip => chip.length).join(', ')}.`,
  );
  const count = chips.length;
  const differences = predictor.map((loss, i) => loss - chips.reduce((sum, chip) => sum + chip[i]!, 0) / count);
  const over = new Blocks({ count: rows, groups }).over(differences);
  const byRows = over ? over.added.reduce((sum, added) => sum + added ** 2, 0) : Number.POSITIVE_INFINITY;
  const byChips = count > 1 ? varianceOfMean(chips.map(mean)) : 0;
  const degrees = count > 1 ? freedom(byChips, count - 1, byRows, over?.degrees ?? 1) : (over?.degrees ?? 1);
  const center = mean(differences);
  const half = byRows === Number.POSITIVE_INFINITY ? byRows : boundOf(byRows + byChips, degrees);
  return { mean: center, low: center - half, high: center + half, byRows, byChips, degrees, rows };
}

/** How far a one-sided 95 % bound is from a mean of this variance. */
const boundOf = (variance: number, degrees: number): number =>
  variance > 0 ? studentQuantile(0.95, degrees) * Math.sqrt(variance) : 0;

/**
 * Rows with which a bound would leave the margin on one side, were means and variances as they are: infinite where the chips
 * alone leave it open, or the mean is the margin.
 */
export function rowsToDecide({ mean, byRows, byChips, degrees, rows }: PairedLoss, margin: number): number {
  const room =
    byRows < Number.POSITIVE_INFINITY ? ((margin - mean) / studentQuantile(0.95, degrees)) ** 2 - byChips : 0;
  return room > 0 ? Math.ceil((byRows * rows) / room) : Number.POSITIVE_INFINITY;
}

function varianceOfMean(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length * (values.length - 1));
}

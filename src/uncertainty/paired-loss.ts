import { insist } from '../base/index.ts';

/** Standard deviations beyond which 5 % of a normal distribution lie on one side. */
const oneSided = 1.6448536269514722;

/** How much more a predictor loses than chips, row by row. */
export interface PairedLoss {
  /** Mean over rows and chips; positive where the chips are better. */
  readonly mean: number;
  /** One-sided 95 % bounds. */
  readonly low: number;
  readonly high: number;
  /** Variance of a row's difference, mean over chips. */
  readonly rowVariance: number;
  /** Variance of a chip's mean over rows. */
  readonly chipVariance: number;
  readonly rows: number;
  readonly chips: number;
}

/**
 * Losses of a predictor, [rows], less those of chips, [chips][rows] on the same rows. Rows and chips are drawn from many, each
 * crossed with the other, so that both add to the variance of the mean: Var_rows/N + Var_chips/C.
 */
export function pairedLoss(predictor: Float64Array, chips: readonly Float64Array[]): PairedLoss {
  const rows = predictor.length;
  insist(
    rows > 1 && chips.length > 0 && chips.every(chip => chip.length === rows),
    `losses: need at least two rows, the same for the predictor and every chip, got ${rows} and ${chips.map(chip => chip.length).join(', ')}.`,
  );
  const differences = predictor.map((loss, i) => loss - chips.reduce((sum, chip) => sum + chip[i]!, 0) / chips.length);
  const byChip = chips.map(chip => chip.reduce((sum, loss) => sum + loss, 0) / rows);
  const { mean, variance: rowVariance } = momentsOf(differences);
  const chipVariance = chips.length > 1 ? momentsOf(byChip).variance : 0;
  const half = oneSided * Math.sqrt(rowVariance / rows + chipVariance / chips.length);
  return { mean, low: mean - half, high: mean + half, rowVariance, chipVariance, rows, chips: chips.length };
}

/**
 * Rows with which a bound would leave the margin on one side, were means and variances as they are: infinite where the chips
 * alone leave it open, or the mean is the margin.
 */
export function rowsToDecide({ mean, rowVariance, chipVariance, chips }: PairedLoss, margin: number): number {
  const room = ((margin - mean) / oneSided) ** 2 - chipVariance / chips;
  return room > 0 ? Math.ceil(rowVariance / room) : Number.POSITIVE_INFINITY;
}

function momentsOf(values: ArrayLike<number>): { readonly mean: number; readonly variance: number } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return { mean, variance: squares / (values.length - 1) };
}

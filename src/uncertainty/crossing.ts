import { studentQuantile } from '../random/index.ts';
import { mean } from './correlation.ts';
import { type Ends, within } from './interval.ts';
import { shareEnds, type Worth } from './share-ends.ts';

/** A mean over chips with its 95 % intervals; a direction with fewer than two units says nothing and is absent. */
export interface CrossedInterval {
  readonly mean: number;
  /** Were other chips made, and asked the same rows. */
  readonly chips?: Ends;
  /** Were other rows asked, on the same chips. */
  readonly rows?: Ends;
  /** Were other chips made and other rows asked. */
  readonly both?: Ends;
}

/** A number about one chip, with what each block of rows adds to it where that is known. */
export interface OfChip {
  readonly value: number;
  readonly byBlock?: Float32Array | Float64Array;
}

export interface Crossing {
  readonly bounds: readonly [number, number];
  /** Degrees of freedom of the variance over rows. */
  readonly degrees: number;
  /** Of a share of rows, or of what varies like one: of how many. */
  readonly shareOf?: Worth;
}

/**
 * Crosses what chips say and what rows say: with r_i the number of chip i of n, m their mean and c_ik what block k of B adds
 * to it, raised for B, the variance is over chips Σ_i (r_i − m)²/n², raised by n/(n − 1); over rows Σ_k c̄_k², c̄ the mean over
 * chips; over both these two and Σ_ik (c_ik − c̄_k)²/n², raised likewise. Chips for which the number is not defined are left out.
 */
export function crossing(all: readonly OfChip[], { bounds, degrees, shareOf }: Crossing): CrossedInterval {
  const chips = all.filter(({ value }) => !Number.isNaN(value));
  const count = chips.length;
  const center = mean(chips.map(({ value }) => value));
  const byChips =
    count > 1 ? chips.reduce((sum, { value }) => sum + (value - center) ** 2, 0) / (count * (count - 1)) : 0;
  const found = overRows(
    chips.flatMap(chip => chip.byBlock ?? []),
    count,
  );
  const plain = (variance: number, degrees: number): Ends => {
    const half = variance > 0 ? studentQuantile(0.975, degrees) * Math.sqrt(variance) : 0;
    const { low, high } = within(bounds, center, half);
    return { low, high };
  };
  const ends = (variance: number, degrees: number): Ends =>
    shareOf === undefined ? plain(variance, degrees) : shareEnds(center, variance, degrees, shareOf);
  return {
    mean: center,
    ...(count > 1 && { chips: plain(byChips, count - 1) }),
    ...(found && { rows: ends(found.rows, degrees) }),
    ...(found &&
      count > 1 && {
        both: ends(byChips + found.rows + found.interaction, freedom(byChips, count - 1, found.rows, degrees)),
      }),
  };
}

/** Satterthwaite's degrees of freedom of the sum of two variances. */
export function freedom(byChips: number, ofChips: number, byRows: number, ofRows: number): number {
  const sum = byChips + byRows;
  return sum > 0 ? sum ** 2 / (byChips ** 2 / ofChips + byRows ** 2 / ofRows) : ofRows;
}

/** Variance over rows, and what resampling both adds to the sum of the two; undefined where some chip's rows are not known. */
function overRows(
  chips: readonly (Float32Array | Float64Array)[],
  count: number,
): { readonly rows: number; readonly interaction: number } | undefined {
  if (chips.length === 0 || chips.length < count) return undefined;
  const mean = new Float64Array(chips[0]!.length);
  for (const own of chips) for (let k = 0; k < mean.length; k++) mean[k]! += own[k]! / count;
  const squares = (of: (k: number) => number) => {
    let sum = 0;
    for (let k = 0; k < mean.length; k++) sum += of(k) ** 2;
    return sum;
  };
  const apart = chips.reduce((sum, own) => sum + squares(k => own[k]! - mean[k]!), 0);
  return { rows: squares(k => mean[k]!), interaction: count > 1 ? apart / (count * (count - 1)) : 0 };
}

import { upperGamma } from '../../random/index.ts';

/** How far the probabilities of cells differ that were pulsed alike. */
export interface CellSpread {
  /** Mean over cells of the share of ones. */
  readonly mean: number;
  /** Standard deviation over cells of their probabilities, what so few bits scatter by taken out. */
  readonly std: number;
  /** P value of cells that all have the same probability, by Pearson's χ². */
  readonly alike: number;
}

/** Of two cells or more, `ones` of `bits` each; undefined where no bit differs from any other. */
export function cellSpread(cells: readonly { readonly bits: number; readonly ones: number }[]): CellSpread | undefined {
  const count = cells.length;
  const bits = cells.reduce((sum, cell) => sum + cell.bits, 0);
  const pooled = cells.reduce((sum, cell) => sum + cell.ones, 0) / bits;
  if (count < 2 || pooled === 0 || pooled === 1) return undefined;
  const shares = cells.map(cell => cell.ones / cell.bits);
  const mean = shares.reduce((sum, share) => sum + share / count, 0);
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2 / (count - 1), 0);
  // The unbiased estimate of a share's binomial variance.
  const own = cells.reduce((sum, cell, i) => sum + (shares[i]! * (1 - shares[i]!)) / (cell.bits - 1) / count, 0);
  const chi2 = cells.reduce(
    (sum, cell) => sum + (cell.ones - cell.bits * pooled) ** 2 / (cell.bits * pooled * (1 - pooled)),
    0,
  );
  return { mean, std: Math.sqrt(Math.max(0, variance - own)), alike: upperGamma((count - 1) / 2, chi2 / 2) };
}

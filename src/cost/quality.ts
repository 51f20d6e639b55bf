/** How much worse a baseline predicts than the design it is compared with. */
export interface Loss {
  /** Mean over rows and chips; negative where the baseline is better. */
  readonly mean: number;
  /** One-sided 95 % bounds, paired by row. */
  readonly low: number;
  readonly high: number;
  /** Losses below this are none that matter. */
  readonly margin: number;
  /** Rows that would decide, were losses and their spread as they are; null where no number of rows would. */
  readonly rowsNeeded: number | null;
}

/** Whether a baseline may stand for the design at the same quality. */
export interface Quality {
  /** `as good`: every loss is below its margin; `worse`: one is above it; `undecided`: the rows do not tell. */
  readonly verdict: 'as good' | 'worse' | 'undecided';
  /** By metric. */
  readonly losses: Readonly<Record<string, Loss>>;
  readonly rows: number;
  /** Rows that would decide where these do not; null where no number would. */
  readonly rowsNeeded?: number | null;
}

/** Non-inferiority: every upper bound below its margin. One lower bound above is enough to be worse. */
export function qualityOf(losses: Readonly<Record<string, Loss>>, rows: number): Quality {
  const all = Object.values(losses);
  if (all.some(({ low, margin }) => low > margin)) return { verdict: 'worse', losses, rows };
  const open = all.filter(({ high, margin }) => high >= margin);
  if (open.length === 0) return { verdict: 'as good', losses, rows };
  const needed = open.map(({ rowsNeeded }) => rowsNeeded);
  const rowsNeeded = needed.includes(null) ? null : Math.max(...(needed as number[]));
  return { verdict: 'undecided', losses, rows, rowsNeeded };
}

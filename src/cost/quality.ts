/** How much worse a baseline predicts than the design it is compared with. */
export interface Loss {
  /** Mean over rows; negative where the baseline is better. */
  readonly mean: number;
  /** Bounds that hold in 95 cases of 100 each: one-sided, paired by row. */
  readonly low: number;
  readonly high: number;
  /** Losses below this are none that matter. */
  readonly margin: number;
}

/** Whether a baseline may stand for the design at the same quality. */
export interface Quality {
  /** `as good`: every loss is below its margin; `worse`: one is above it; `undecided`: the rows do not tell. */
  readonly verdict: 'as good' | 'worse' | 'undecided';
  /** By metric. */
  readonly losses: Readonly<Record<string, Loss>>;
  readonly rows: number;
  /** Rows that would decide, were losses and their spread as they are; absent where it is decided. */
  readonly rowsNeeded?: number;
}

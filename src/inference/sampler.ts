import type { Events } from './events.ts';

/** Inputs of a split or of a part of one. */
export interface Rows {
  /** [count, …]. */
  readonly inputs: Float32Array;
  readonly count: number;
  /** The rows' numbers in their split, below 2³² − 1, which noise belongs to; 0 … count − 1 where absent. */
  readonly numbers?: ArrayLike<number>;
}

/** Draws what a chip says, sample by sample. */
export interface Sampler {
  /**
   * Fills out [samples, rows, outputs] with samples `sample`… of the given rows. Sample m of a row depends on the
   * sampler's key, m, the row's number and its inputs alone: any rows and samples in any order give the same bits, and
   * more samples leave earlier ones as they were. What reads remember goes by the schedule that the sampler was opened with: all
   * its samples of one row after the other. What was computed for a record `rows` may be used again when the next
   * call brings the same record, so its inputs must not change in between.
   */
  draw(out: Float32Array, rows: Rows, sample: number, samples: number): Events;
  /** Rows and samples that one call should be asked for at most, about 10 ms of work that stays near the core. */
  readonly piece?: { readonly rows: number; readonly samples: number };
}

import type { z } from 'zod';
import type { Plan } from './plan.ts';

/** Conductances of some cells together, S. */
export interface Totals<T = number> {
  readonly now: T;
  /** Just after programming. */
  readonly programmed: T;
  /** Share of that which the device's model expects them to keep until the plan's weights count. */
  readonly expected: T;
}

/** What can be told of a chip when its read-out is fitted anew: sums of currents, the plan, and what the device's model expects. */
export interface Observed {
  readonly plan: Plan;
  /** Of all cells that the plan programs. */
  readonly total: Totals;
  /** Of the cells that the plan programs for each output of each copy, one read of a column with all its lines driven, [copies · outputs]. */
  columns(): Totals<Float64Array>;
  /** Of cells kept beside the plan's, all programmed to the middle of the range; refuses a chip that has none. */
  reference(cells: number): Totals;
}

/** What a chip's read-out gives. */
export interface ChipReading {
  /** Weights that the chip's conductances mean, [copies, weights]. */
  readonly weights: Float32Array;
  /** Variance of each weight in one read, [copies, weights]; absent without read noise. */
  readonly variances?: Float32Array;
  /** What an occupied trap of each cell of a weight adds to it, [cells of a weight][copies · weights]; absent without telegraph noise. */
  readonly jumps?: readonly Float32Array[];
}

/** What one refit takes. */
export interface RefitCost {
  /** Reads of single cells; as many once more just after programming. */
  readonly cellReads: number;
  /** Cells kept for it beside those of the plan; none by default. */
  readonly cells?: number;
  /** Decisions that the chip makes for it; none by default. */
  readonly decisions?: number;
}

/** A straight line for every output of the network. */
export interface OutputLines {
  /** [outputs]. */
  readonly gain: Float64Array;
  readonly offset: Float64Array;
}

/** A way to make up for what time takes from a chip's conductances. Adding one is one file and one line in the registry. */
export interface Compensation<F = unknown> {
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  /** What chooses it in a file: its name. */
  readonly schema: z.ZodLiteral<string>;
  /** What to correct by, from what is observed. */
  fit(observed: Observed): F;
  /** Corrects a reading in place. */
  apply(reading: ChipReading, fitted: F, plan: Plan): void;
  /** Where outputs are corrected instead, what to correct them by: from those of the same inputs now and when the plan's weights counted, means over samples [inputs, outputs]. */
  readonly outputs?: {
    /** Inputs of the validation split that are looked at. */
    readonly inputs: number;
    fit(now: Float64Array, before: Float64Array, outputs: number): OutputLines;
  };
  cost(plan: Plan): RefitCost;
}

import type { z } from 'zod';
import type { Plan } from './plan.ts';

/** What can be told of a real chip when its read-out is fitted anew: sums of currents, the plan, and what the device's model expects. */
export interface Observed {
  readonly plan: Plan;
  /** Total conductance of the cells that the plan programs, now, S. */
  readonly now: number;
  /** The same just after programming, S. */
  readonly programmed: number;
  /** Share of it that the device's model expects them to keep until the plan's weights count. */
  readonly expected: number;
}

/** What a chip's read-out gives. */
export interface ChipReading {
  /** Weights that the chip's conductances mean, [copies, weights]. */
  readonly weights: Float32Array;
  /** Variance of each weight in one read, [copies, weights]; absent without read noise. */
  readonly variances?: Float32Array;
}

/** What one refit takes. */
export interface RefitCost {
  /** Reads of single cells; as many once more just after programming. */
  readonly cellReads: number;
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
  apply(reading: ChipReading, fitted: F): void;
  cost(plan: Plan): RefitCost;
}

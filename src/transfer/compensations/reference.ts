import { z } from 'zod';
import type { Compensation } from '../compensation.ts';
import { retainedOf, scaled } from './global.ts';

/** Cells that are kept for each array, one bit line of a common array. */
const cellsKept = 128;

/**
 * The reference follows the drift of cells that are programmed with the others, to the middle of the range, and hold no weights: a
 * refit reads them alone (Bayes2IMC scales its reference with the mean drift).
 */
export const reference = {
  name: 'reference',
  summary: `the read-out is scaled by what ${cellsKept} reference cells lost to drift since the plan’s weights counted`,
  schema: z.literal('reference'),
  fit: observed => retainedOf(observed.reference(cellsKept)),
  apply: scaled,
  cost: () => ({ cellReads: cellsKept, cells: cellsKept }),
} as const satisfies Compensation<number>;

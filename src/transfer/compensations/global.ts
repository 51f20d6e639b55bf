import { z } from 'zod';
import { kernels } from '../../kernels/index.ts';
import type { ChipReading, Compensation, RefitCost, Totals } from '../compensation.ts';
import type { Plan } from '../plan.ts';

/** Share of their conductance that cells have left, over that expected. */
export const retainedOf = ({ now, programmed, expected }: Totals): number =>
  now > 0 && programmed > 0 ? now / programmed / expected : 1;

/** Divides a reading by one factor, in place. */
export function scaled({ weights, variances }: ChipReading, retained: number): void {
  if (retained === 1) return;
  kernels().scale(weights, weights, 1 / retained, 0);
  if (variances) kernels().scale(variances, variances, 1 / retained ** 2, 0);
}

/** A read of every cell that a plan programs. */
export function programmedCells({ target }: Plan): RefitCost {
  let cellReads = 0;
  for (let i = 0; i < target.length; i++) if (target[i] !== 0) cellReads++;
  return { cellReads };
}

/**
 * One factor for all weights: the share that is left of the programmed cells' total conductance, over the share that was
 * expected to be left when the plan's weights count.
 */
export const global = {
  name: 'global',
  summary:
    "the read-out is scaled by what the programmed cells together lost to drift since they held the plan's weights",
  schema: z.literal('global'),
  fit: ({ total }) => retainedOf(total),
  apply: scaled,
  cost: programmedCells,
} as const satisfies Compensation<number>;

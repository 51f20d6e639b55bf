import { z } from 'zod';
import { kernels } from '../../kernels/index.ts';
import type { Compensation } from '../compensation.ts';

/**
 * One factor for all weights: the share that is left of the programmed cells' total conductance, over the share that was
 * expected to be left when the plan's weights count.
 */
export const global = {
  name: 'global',
  summary:
    "the read-out is scaled by what the programmed cells together lost to drift since they held the plan's weights",
  schema: z.literal('global'),
  fit: ({ now, programmed, expected }) => (programmed > 0 ? now / programmed / expected : 1),
  apply({ weights, variances }, retained) {
    if (retained === 1) return;
    kernels().scale(weights, weights, 1 / retained, 0);
    if (variances) kernels().scale(variances, variances, 1 / retained ** 2, 0);
  },
  cost: ({ target }) => {
    let cellReads = 0;
    for (let i = 0; i < target.length; i++) if (target[i] !== 0) cellReads++;
    return { cellReads };
  },
} as const satisfies Compensation<number>;

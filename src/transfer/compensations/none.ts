import { z } from 'zod';
import type { Compensation } from '../compensation.ts';

/** The read-out as it is. */
export const none = {
  name: 'none',
  summary: 'the read-out is left as it is',
  schema: z.literal('none'),
  fit: () => undefined,
  apply() {},
  cost: () => ({ cellReads: 0 }),
} as const satisfies Compensation<undefined>;

import { z } from 'zod';
import type { Compensation } from '../compensation.ts';
import { global } from './global.ts';
import { none } from './none.ts';

/** Every way to make up for drift when a chip is read. */
export const compensations = { global, none } as const satisfies Record<string, Compensation>;

/** The choice of one of them. */
export const compensationSchema = z
  .union([global.schema, none.schema])
  .default('global')
  .describe(
    `How the read-out makes up for drift: ${Object.values(compensations)
      .map(({ name, summary }) => `'${name}'${name === 'global' ? ' (default)' : ''}: ${summary}`)
      .join('; ')}.`,
  );

export type CompensationName = z.output<typeof compensationSchema>;

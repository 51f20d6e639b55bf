import { z } from 'zod';
import { register } from '../../base/index.ts';
import type { Compensation } from '../compensation.ts';
import { column } from './column.ts';
import { global } from './global.ts';
import { logits } from './logits.ts';
import { none } from './none.ts';
import { reference } from './reference.ts';

/** Every way to make up for drift when a chip is read. */
export const compensations = { global, column, reference, logits, none } as const satisfies Record<
  string,
  Compensation
>;

/** What chooses one of those that come with the package; the others are chosen by their names too. */
type Choices = readonly [
  typeof global.schema,
  typeof column.schema,
  typeof reference.schema,
  typeof logits.schema,
  typeof none.schema,
];

/** The choice of one of them. */
export const compensationSchema = () =>
  z
    .union(Object.values<Compensation>(compensations).map(({ schema }) => schema) as unknown as Choices)
    .default('global')
    .describe(
      `How the read-out makes up for drift: ${Object.values<Compensation>(compensations)
        .map(({ name, summary }) => `'${name}'${name === 'global' ? ' (default)' : ''}: ${summary}`)
        .join('; ')}.`,
    );

export type CompensationName = z.output<ReturnType<typeof compensationSchema>>;

/** Adds a compensation of the user's own. */
export const registerCompensation = (compensation: Compensation): void =>
  register<Compensation>(compensations, compensation, ['summary', 'schema', 'fit', 'apply', 'cost']);

import { z } from 'zod';
import type { SearchShare } from './search-share.ts';

const part = z.number().positive();

/** Fields of sources that divide their rows into training, validation and test split. */
export const splitFields = {
  train: part.default(0.7).describe('Training rows: a fraction below 1 or a count; 0.7 by default.'),
  validation: part.default(0.1).describe('Validation rows: a fraction below 1 or a count; 0.1 by default.'),
  test: part
    .default(0.2)
    .describe(
      'Test rows: a fraction below 1 or a count; 0.2 by default; not used where the source is given test data of its own.',
    ),
  take: z.int().positive().optional().describe('Uses only so many rows, chosen at random; all by default.'),
};

/** What of sources with groups of rows is divided at random. */
export const apartField = z
  .enum(['rows', 'groups'])
  .default('rows')
  .describe('What is divided at random: rows, or whole groups, so that none is in two splits; rows by default.');

/** How rows of a table are divided. */
export const apartInTimeField = z
  .enum(['rows', 'groups', 'time'])
  .default('rows')
  .describe(
    'How rows are divided: at random (rows), by whole groups, so that none is in two splits (groups), or by their `time`, the earliest for training and the latest for the test (time); rows by default.',
  );

/** Classes to hold out; `initial` by default. */
export const unseenField = (initial: readonly string[] = []) =>
  z
    .array(z.union([z.string(), z.number()]))
    .default([...initial])
    .describe(
      `Classes (names or numbers) kept from all splits and put into the unseen split; ${initial.join(', ') || 'none'} by default.`,
    );

/** How inputs, and with them real targets, are standardised; `initial` by default. */
export const standardiseField = (initial: 'none' | 'features' | 'whole') =>
  z
    .enum(['none', 'features', 'whole'])
    .default(initial)
    .describe(
      `Subtract the mean and divide by the spread of the training split: of each feature (features), of all together (whole), or not at all (none); real targets one by one, unless none. ${initial} by default.`,
    );

export const taskField = z
  .enum(['classification', 'regression'])
  .default('classification')
  .describe('What the targets are: class labels or real numbers; classification by default.');

/** The values of `splitFields`, `apartField`, `unseenField` and `standardiseField`. */
export interface Division extends SearchShare {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly take?: number | undefined;
  readonly apart?: 'rows' | 'groups' | 'time';
  readonly unseen: readonly (string | number)[];
  readonly standardise: 'none' | 'features' | 'whole';
}

/** Fields of sources that cut a signal into heartbeats. */
export const beatFields = {
  window: z
    .number()
    .min(0.05)
    .max(5)
    .default(0.7)
    .describe('Length of the window around each beat in seconds; 0.7 by default (Bonnet23).'),
  before: z.number().min(0).max(1).default(0.4).describe('Share of the window before the R peak; 0.4 by default.'),
  features: z
    .enum(['spectrum', 'samples', 'means'])
    .default('spectrum')
    .describe(
      'Inputs: magnitudes of Fourier coefficients, the samples themselves, [1, length], or the means of equal parts of the window; spectrum by default.',
    ),
  bins: z
    .int()
    .min(1)
    .max(512)
    .default(32)
    .describe('Fourier coefficients, from 1/window on, or equal parts of the window; 32 by default (Bonnet23).'),
};

import { z } from 'zod';
import { quantity } from '../base/index.ts';
import type { JsonValue } from './problem.ts';

const value = z.union([z.number(), z.string(), z.boolean()]);

export const budgetSchema = z
  .strictObject({
    trials: z
      .int()
      .min(1)
      .optional()
      .describe('Pieces of work: the first evidence of a point is one, and so is each further piece for a known one.'),
    trainings: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Distinct trainings that the designs of an experiment come from: once so many were asked for, only designs that share one of them are, until something else ends the search, or at once where nothing else does.',
      ),
    time: quantity('time')
      .optional()
      .describe('Time that is worked on the study, all openings together, in seconds or with a unit such as 10 min.'),
    still: z
      .strictObject({
        trials: z.int().min(1).default(50).describe('Pieces of work that are looked back; 50 by default.'),
        gain: z
          .number()
          .min(0)
          .max(1)
          .default(0.01)
          .describe('Growth of the hypervolume over them that is still worth going on, as a share; 0.01 by default.'),
      })
      .optional()
      .describe('Ends the search once the hypervolume stands still.'),
  })
  .refine(
    budget => Object.values(budget).some(limit => limit !== undefined),
    'must say when to end: trials, trainings, time or still',
  );

export type Budget = z.output<typeof budgetSchema>;

/** What decides, beside the problem, what a study asks for. */
export const settingsSchema = z.strictObject({
  name: z.string().min(1).default('study').describe('What to call the study; study by default.'),
  seed: z.int().min(0).default(0).describe('All that is random follows from it; 0 by default.'),
  window: z
    .int()
    .min(0)
    .max(10_000)
    .default(4)
    .describe(
      'Pieces of work that may be under way when the next one is chosen: their results are not looked at, so that the study is the same with any number of processes up to one more; 4 by default.',
    ),
  order: z
    .enum(['number', 'arrival'])
    .default('number')
    .describe(
      'number: choices see results in the order they were asked for. arrival: as they come in, which is never the same twice.',
    ),
  sampler: z
    .strictObject({ name: z.string(), options: z.record(z.string(), z.custom<JsonValue>()).default({}) })
    .describe('How points are chosen, with the options of that sampler.'),
  first: z.array(z.record(z.string(), value)).default([]).describe('Points to try before the sampler chooses any.'),
  halving: z
    .number()
    .min(1.5)
    .max(100)
    .default(3)
    .describe('One in so many trials gets the next piece of evidence; 3 by default.'),
  budget: budgetSchema,
});

export type Settings = z.output<typeof settingsSchema>;

type Shared = Omit<z.input<typeof settingsSchema>, 'sampler'>;

/** The settings among other fields, without the sampler, which is named in more than one way. */
export function settingsIn<Fields extends Shared>(fields: Fields): Pick<Fields, keyof Shared> {
  const { sampler: _sampler, ...known } = settingsSchema.shape;
  const names = (Object.keys(known) as (keyof Shared)[]).filter(name => name in fields);
  return Object.fromEntries(names.map(name => [name, fields[name]])) as Pick<Fields, keyof Shared>;
}

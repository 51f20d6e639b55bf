import { z } from 'zod';
import { type DigitalPredictor, digitalPredictors } from '../../cost/index.ts';
import { budgetSchema, settingsSchema } from '../settings.ts';
import { constraintSchema, objectiveSchema } from './goal-schema.ts';
import { samplerSchema } from './sampler-schema.ts';
import { variableSchema } from './variable-schema.ts';

const rung = z.strictObject({
  chips: z.int().min(1).max(1000).describe('Simulated chips that a design is judged on.'),
  rows: z
    .int()
    .min(2)
    .optional()
    .describe('Rows to search on that it is judged by, the first so many; all of them by default.'),
});

const confirm = z
  .strictObject({
    chips: z.int().min(2).max(1000).default(20).describe('Fresh chips of each training; 20 by default.'),
    trainings: z
      .int()
      .min(2)
      .max(20)
      .default(3)
      .describe("Fresh trainings of each posterior on the front, besides the study's own; 3 by default."),
    designs: z
      .int()
      .min(1)
      .max(200)
      .default(24)
      .describe('Designs of the front that are judged again, those that add most to the hypervolume; 24 by default.'),
    devices: z
      .union([z.literal(0), z.int().min(2).max(200)])
      .default(16)
      .describe(
        "Draws of the devices' own constants (spread, drift, read noise, each to a factor of 1.25: assumption), for each of which chips of the front are programmed anew; 16 by default, 0 for none.",
      ),
  })
  .prefault({})
  .describe(
    'How the front is judged again once the search is over: on the test rows and chips that no search has seen, by trainings made anew.',
  );

const baselines = z
  .strictObject({
    of: z
      .array(z.enum(digitalPredictors))
      .refine(names => new Set(names).size === names.length, 'must be named once each')
      .default([...digitalPredictors] as DigitalPredictor[])
      .describe(`Ways to predict digitally that are searched: ${digitalPredictors.join(', ')}; all by default.`),
    share: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe(
        "Share of the study's budget that each of them has, of its trials, trainings and time; all of it by default. With less the comparison favours the study, as its answer says.",
      ),
  })
  .prefault({})
  .describe(
    'Digital designs that the study is compared with: each is searched as the study is, over its variables of the network, bits of a weight, samples and the memory that holds them.',
  );

const budget = budgetSchema
  .default({ trials: 200 })
  .describe('When the search ends, by whichever comes first; after 200 pieces of work by default.');

const { seed, window, order, first, halving } = settingsSchema.shape;

/** A study: an experiment, what of it may change, what is wanted of it, and how long to look. */
export const studySchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits and hyphens')
    .default('study')
    .describe('Names the folder of the study: lower-case letters, digits and hyphens; "study" by default.'),
  title: z.string().max(200).optional().describe('One line for the report.'),
  experiment: z
    .union([z.string().min(1), z.looseObject({})])
    .describe('The experiment that designs are changes of: the path of its file from here, or its fields.'),
  variables: z
    .record(z.string().min(1), variableSchema)
    .describe(
      'What may change: paths into the experiment, such as hardware.array.rows or network.layers.0.width, each with the values that it can have; or by a name of its own a choice of fields of several sections, { NAME: { sampling: …, architecture: … } }.',
    ),
  objectives: z.array(objectiveSchema).min(1).max(4).describe('What is to become as good as possible, one to four.'),
  constraints: z
    .array(constraintSchema)
    .default([])
    .describe('What a design must keep to be an answer; none by default.'),
  search: z
    .number()
    .positive()
    .lt(1)
    .optional()
    .describe(
      "Share of the training rows that designs are compared on, kept from training; 0.25 by default, or the experiment's own data.search.",
    ),
  fidelity: z
    .array(rung)
    .min(1)
    .max(8)
    .default([{ chips: 4 }])
    .describe(
      'Evidence of a design in steps, each with more chips or rows than the one before: the first for every design, the next for those that promise most. Four chips and all rows by default.',
    ),
  confirm,
  baselines,
  sampler: samplerSchema,
  budget,
  seed,
  window,
  order,
  first,
  halving,
});

export type StudyGiven = z.output<typeof studySchema>;

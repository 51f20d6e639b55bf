import { z } from 'zod';
import { quantity } from '../../base/index.ts';
import { prices } from '../../cost/index.ts';

const threshold = z.union([z.number(), z.string()]).optional();

const limits = {
  atMost: threshold.describe('Largest value that is allowed, in SI or with a unit.'),
  atLeast: threshold.describe('Least value that is allowed, in SI or with a unit.'),
};

/** How the values of single chips become one. */
export const overs = ['mean', 'worst', 'quantile', 'yield'] as const;

const ofMetric = {
  metric: z.string().describe('Name of a metric (docs/uncertainty.md), such as nll or accuracy.'),
  at: quantity('time', 'not negative')
    .optional()
    .describe('Time after programming, s; the time that the design itself counts on by default.'),
  over: z
    .enum(overs)
    .default('mean')
    .describe(
      "What of all chips: their 'mean' (default), the 'worst' of them, a 'quantile' that most of them keep, or the 'yield', the share that passes.",
    ),
  share: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Of a quantile: share of the chips that are at least as good; 0.9 by default.'),
  passes: z.number().optional().describe('Of a yield: the value that a chip must reach to count.'),
  ...limits,
};

const ofPrice = {
  price: z
    .enum(prices.map(({ name }) => name) as [(typeof prices)[number]['name']])
    .describe('Name of a price of one decision.'),
  ...limits,
};

const reference = z
  .union([z.number(), z.string()])
  .optional()
  .describe('Value beyond which a design adds nothing to the hypervolume; the worst value found by default.');

/** What is to become as good as possible: a metric becomes lower or higher as it says itself. */
export const objectiveSchema = z.union([
  z.string().describe('Name of a metric, as a mean over chips at the design’s own time, or of a price.'),
  z.strictObject({ ...ofMetric, reference }),
  z.strictObject({ ...ofPrice, reference }),
]);

export const constraintSchema = z.union([z.strictObject(ofMetric), z.strictObject(ofPrice)]);

export type ObjectiveGiven = z.output<typeof objectiveSchema>;
export type ConstraintGiven = z.output<typeof constraintSchema>;

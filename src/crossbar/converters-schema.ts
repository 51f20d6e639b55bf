import { z } from 'zod';

const share = (what: string) => z.number().min(0).max(1).default(0).describe(`${what}; 0 by default.`);

/** Ranges and faults of the converters of partial sums, as an experiment names them. */
export const convertersSchema = z.strictObject({
  range: z
    .enum(['layer', 'column'])
    .default('layer')
    .describe(
      "What shares a range, which is calibrated on the validation split: a whole 'layer' (default) or each 'column'.",
    ),
  covered: z
    .number()
    .min(0.5)
    .max(1)
    .default(1)
    .describe('Share of the calibration values that a range covers, the others saturate; 1 by default.'),
  gainError: share('Spread of the relative gain error between the columns of a chip'),
  offset: share('Spread of the offset between the columns of a chip, as a share of the range'),
  noise: share('Spread of the noise of one conversion, as a share of the range'),
});

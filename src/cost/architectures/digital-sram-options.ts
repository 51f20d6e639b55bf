import { z } from 'zod';
import { quantity } from '../../base/index.ts';
import { commonFields, resampleField, tileField } from '../architecture.ts';
import { generatorNames } from '../generators.ts';

/** Fields of the conventional design. */
export const digitalSramSchema = z.strictObject({
  kind: z.literal('digital-sram').describe('SRAM parameters, generators, multipliers and accumulators.'),
  ...commonFields,
  memory: z
    .enum(['sram-6t', 'sram-8t', 'embedded'])
    .default('sram-6t')
    .describe(
      "Where parameters are: in cells of SRAM ('sram-6t' or 'sram-8t'), or in an embedded non-volatile memory that is read at every use, at no more than 100 MHz ('embedded'); 'sram-6t' by default.",
    ),
  access: z
    .enum(['row', 'macro'])
    .default('row')
    .describe(
      "How parameters are read: whole rows beside the arithmetic ('row') or words of a cache-like macro ('macro'); 'row' by default.",
    ),
  parameterBits: z
    .int()
    .min(1)
    .max(16)
    .optional()
    .describe(
      'Bits of one stored parameter (a probability, a mean or a spread); 8 by default, in an experiment those of sampling.bits.',
    ),
  generator: z
    .enum(['none', ...generatorNames])
    .optional()
    .describe(
      "Circuit that makes the random numbers; 'lfsr' by default, which serves binary weights and masks; take 'clt', 'wallace' or 'box-muller' for Gaussian ones; in an experiment that of sampling.generator.",
    ),
  noise: z
    .enum(['weights', 'moments', 'propagated', 'dropout'])
    .default('weights')
    .describe(
      "What is random: every weight is drawn ('weights'); every pre-activation from its mean and variance, at the price of a second product ('moments'); nothing, means and variances go through the network in one pass ('propagated'); inputs of all layers but the first are dropped at random ('dropout'); 'weights' by default.",
    ),
  copies: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1)
    .describe(
      'Copies of the weights in memory, one per sample when samples are stored instead of drawn; 1 by default.',
    ),
  differing: z
    .enum(['all', 'last'])
    .default('all')
    .describe(
      "Layers in which samples differ: 'all', or the 'last' alone, with one pass through the others and copies of the last layer only; 'all' by default.",
    ),
  lanesPerDraw: z
    .int()
    .min(1)
    .max(256)
    .default(1)
    .describe('Lanes that share one random number; 1 (independent weights) by default.'),
  resample: resampleField('a weight', 'per-sample'),
  organisation: z
    .enum(['lanes', 'tiled'])
    .default('lanes')
    .describe(
      "'lanes' has as many multiply-accumulate lanes as the deadline and the rate need, 'tiled' one per column of every array tile; 'lanes' by default.",
    ),
  tile: tileField,
  tiles: z
    .int()
    .min(1)
    .optional()
    .describe(
      "Tiles on the chip of a 'tiled' design, at least as many as the weights need; exactly that many by default.",
    ),
  clock: quantity('frequency')
    .default(500e6)
    .describe('Clock in hertz, slower than 20 gate delays; 500 MHz by default (assumption).'),
  pipelined: z
    .boolean()
    .default(true)
    .describe("Whether the layers of a 'tiled' design work on successive samples at the same time; true by default."),
});

export type DigitalSramOptions = z.output<typeof digitalSramSchema>;

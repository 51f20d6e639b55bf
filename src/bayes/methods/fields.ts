import { z } from 'zod';
import type { Floats } from '../../kernels/index.ts';
import { classWeightsSchema } from '../class-weights.ts';
import { type Model, noiseSchema } from '../model.ts';
import { priorSchema } from '../priors/index.ts';

/** Options that every method has. */
export const posteriorFields = { prior: priorSchema, noise: noiseSchema, classWeights: classWeightsSchema };

const limitValue = z.number().positive().max(1000);

/** Ranges of the weights where a device holds them: given, or the best of some candidates. */
export const limitField = (candidates: string, best: string) =>
  z
    .union([z.literal('search'), limitValue, z.record(z.string().min(1), limitValue), z.array(limitValue).min(1)])
    .default('search')
    .describe(
      `Largest |weight| that the devices represent: a number for all layers, or one by name of each, { '0': 1, '1': 2 }; of several numbers, and for 'search' (default) of ${candidates} at the starting point, the one is kept ${best} the validation split best after a quarter of the epochs.`,
    );

export type RangeField = z.output<ReturnType<typeof limitField>>;

/** Spread of homoscedastic noise: known, or learned as `logStd` [targets]. */
export function noiseOf({ likelihood, targets }: Model, logStd: Floats): Float64Array | undefined {
  if (likelihood.kind !== 'homoscedastic') return undefined;
  if (likelihood.noiseStd !== 'learned') return new Float64Array(targets).fill(likelihood.noiseStd);
  return Float64Array.from(logStd, x => Math.exp(x));
}

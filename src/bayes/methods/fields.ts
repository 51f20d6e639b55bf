import type { Floats } from '../../kernels/index.ts';
import { type Model, noiseSchema } from '../model.ts';
import { priorSchema } from '../priors/index.ts';

/** Options that every method has. */
export const posteriorFields = { prior: priorSchema, noise: noiseSchema };

/** Spread of homoscedastic noise: known, or learned as `logStd` [targets]. */
export function noiseOf({ likelihood, targets }: Model, logStd: Floats): Float64Array | undefined {
  if (likelihood.kind !== 'homoscedastic') return undefined;
  if (likelihood.noiseStd !== 'learned') return new Float64Array(targets).fill(likelihood.noiseStd);
  return Float64Array.from(logStd, x => Math.exp(x));
}

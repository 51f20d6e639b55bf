import type { Floats } from '../../kernels/index.ts';
import { type Model, noiseSchema } from '../model.ts';
import { priorSchema } from '../priors/index.ts';

/** Options that every method has. */
export const posteriorFields = { prior: priorSchema, noise: noiseSchema };

/** Spread of homoscedastic noise: known, or read from behind the weights as ln σ. */
export function noiseOf({ likelihood, targets, network }: Model, vector: Floats): Float64Array | undefined {
  if (likelihood.kind !== 'homoscedastic') return undefined;
  if (likelihood.noiseStd !== 'learned') return new Float64Array(targets).fill(likelihood.noiseStd);
  return Float64Array.from(vector.subarray(network.size), Math.exp);
}

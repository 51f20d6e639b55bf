import type { AnySampler } from '../sampler.ts';
import { gp } from './gp.ts';
import { nsga2 } from './nsga2.ts';
import { random } from './random.ts';
import { refine } from './refine.ts';
import { sobol } from './sobol.ts';
import { tpe } from './tpe.ts';

/** Every way to choose points, by name. */
export const searchSamplers = {
  random,
  sobol,
  nsga2,
  gp,
  tpe,
  refine,
} as const satisfies Record<string, AnySampler>;

export { gp, nsga2, random, refine, sobol, tpe };

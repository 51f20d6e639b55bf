export { samplerContract } from './contract.ts';
export { crowdingOf, dominates, frontOf, ranksOf, violationOf } from './domination.ts';
export { contributionsOf, hypervolume } from './hypervolume.ts';
export { type Importances, importancesOf } from './importance.ts';
export { logBelow } from './normal.ts';
export type { AnySampler, SearchSampler, Told } from './sampler.ts';
export { gp, nsga2, random, refine, searchSamplers, sobol, tpe } from './samplers/index.ts';
export {
  type Condition,
  cardinality,
  decode,
  encode,
  faultOf,
  isActive,
  labelOf,
  neighbours,
  type Point,
  randomPoint,
  type Space,
  spaceOf,
  type Value,
  type Variable,
} from './space.ts';

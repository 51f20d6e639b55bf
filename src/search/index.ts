export { type Boxes, nondominatedBoxes } from './boxes.ts';
export { samplerContract } from './contract.ts';
export { crowdingOf, dominates, frontOf, ranksOf, violationOf } from './domination.ts';
export { contributionsOf, hypervolume } from './hypervolume.ts';
export { type Importance, type Importances, importancesOf } from './importance.ts';
export { logBelow } from './normal.ts';
export { type Pooled, poolByPoint, pooledFront, pooledHypervolume } from './pool.ts';
export type { AnySampler, SearchSampler, Told } from './sampler.ts';
export { searchSamplers } from './samplers/index.ts';
export { sobolDimensions, sobolPoint } from './sobol-sequence.ts';
export {
  type Categorical,
  type Condition,
  cardinality,
  decode,
  encode,
  faultOf,
  isActive,
  labelOf,
  type Numeric,
  neighbours,
  type Ordered,
  type Point,
  randomPoint,
  type Space,
  samePoint,
  spaceOf,
  type Value,
  type Variable,
} from './space.ts';

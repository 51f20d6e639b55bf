import { z } from 'zod';
import { fold, type Stream, streamOf } from '../../random/index.ts';
import { crowdingOf, ranksOf, violationOf } from '../domination.ts';
import { type Pooled, pooledOf, withTrial } from '../pool.ts';
import type { SearchSampler, Told } from '../sampler.ts';
import {
  encode,
  isActive,
  type Point,
  placeOf,
  type Space,
  samePoint,
  stepsFrom,
  type Value,
  valueAt,
} from '../space.ts';
import { startingPoint } from '../start.ts';
import { unlike } from '../variation.ts';

const schema = z.strictObject({
  start: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Scrambled Sobol points at the start, fewer by what was told before; 10 by default.'),
  keep: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe('Most points that are refined, the least crowded; 20 by default.'),
  step: z
    .number()
    .positive()
    .max(1)
    .default(0.2)
    .describe('First step of a real variable, as a share of its scale; 0.2 by default.'),
});

type Options = z.output<typeof schema>;

/** A point of the front and how many trials near it led to none. */
interface Kept {
  readonly found: Pooled;
  readonly misses: number;
}

export interface RefineState {
  readonly space: Space;
  readonly options: Options;
  /** What each trial said last. */
  readonly trials: readonly Told[];
  readonly kept: readonly Kept[];
}

/** A step shrinks by this factor with every miss. */
const SHRINK = 0.8;

/** Mean squared difference of places; a variable that is active in one point alone counts 1. */
function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, u, i) => {
    const difference = u - b[i]!;
    const apart = Number.isNaN(difference) ? Number(Number.isNaN(u) !== Number.isNaN(b[i]!)) : difference ** 2;
    return sum + apart;
  }, 0);
}

/** Those none dominates, without the most crowded beyond `most`; the least infeasible where none is feasible. */
function frontier(all: readonly Kept[], most: number): Kept[] {
  const values = all.map(({ found }) => found.values);
  const ranks = ranksOf(
    values,
    all.map(({ found }) =>
      found.values.some(Number.isNaN) ? Number.POSITIVE_INFINITY : violationOf(found.constraints),
    ),
  );
  let front = all.filter((_, i) => ranks[i] === 0);
  while (front.length > most) {
    const crowding = crowdingOf(front.map(({ found }) => found.values));
    const least = crowding.indexOf(crowding.reduce((a, b) => Math.min(a, b)));
    front = front.filter((_, i) => i !== least);
  }
  return front;
}

/** A point beside this one: one variable moves for certain and each real one with the chance of one in all. */
function beside(space: Space, from: Point, step: number, stream: Stream): Point {
  const names = Object.keys(from);
  const certain = names[Math.floor(stream.uniform() * names.length)];
  const point: Record<string, Value> = {};
  for (const variable of space.variables) {
    const { name } = variable;
    if (!isActive(variable, point)) continue;
    const before = Object.hasOwn(from, name) ? from[name]! : undefined;
    const moves = name === certain || (variable.kind === 'real' && stream.uniform() < 1 / names.length);
    if (before === undefined) point[name] = valueAt(variable, stream.uniform());
    else if (!moves) point[name] = before;
    else if (variable.kind === 'real') {
      const u = placeOf(variable, before) + step * stream.normal();
      point[name] = valueAt(variable, Math.min(1, Math.max(0, u)));
    } else {
      const steps = stepsFrom(variable, before, step);
      point[name] = steps[Math.floor(stream.uniform() * steps.length)] ?? before;
    }
  }
  return point;
}

/** What is kept after one more trial. A trial that improves on what is near takes misses back, another adds one. */
function learnt({ space, options }: RefineState, kept: readonly Kept[], trial: Told): readonly Kept[] {
  const again = kept.findIndex(({ found }) => samePoint(found.point, trial.point));
  if (again >= 0) {
    const before = kept[again]!;
    const found = pooledOf(withTrial(before.found.trials, trial));
    return frontier(kept.with(again, { ...before, found }), options.keep);
  }
  const place = encode(space, trial.point);
  const distances = kept.map(({ found }) => distance(place, encode(space, found.point)));
  const nearest = distances.indexOf(Math.min(...distances));
  const parent = kept[nearest];
  const added = { found: pooledOf([trial]), misses: Math.max(0, (parent?.misses ?? 0) - 2) };
  const front = frontier([...kept, added], options.keep);
  const missed = !front.includes(added);
  return front.map(k => (missed && k === parent ? { ...k, misses: k.misses + 1 } : k));
}

/**
 * Pareto local search: small steps from points of the front, that of fewest misses first, discrete variables to a
 * neighbouring value, real ones by a step that shrinks as they miss. For the end of a search: told the trials of another
 * sampler, it starts from their front.
 */
export const refine: SearchSampler<RefineState, Options> = {
  name: 'refine',
  summary: 'small steps from the points of the front, to finish a search',
  schema,
  cite: [
    {
      tag: 'Paquete04',
      text: 'L. Paquete, M. Chiarandini and T. Stützle, Pareto local optimum sets in the biobjective traveling salesman problem: an experimental study, Metaheuristics for Multiobjective Optimisation, LNEMS 535:177–199, 2004',
      id: '10.1007/978-3-642-17144-4_7',
    },
    {
      tag: 'Knowles00',
      text: 'J. D. Knowles and D. W. Corne, Approximating the nondominated front using the Pareto archived evolution strategy, Evolutionary Computation 8(2):149–172, 2000',
      id: '10.1162/106365600568167',
    },
  ],
  init: (space, options) => ({ space, options, trials: [], kept: [] }),
  tell(state, told) {
    const trials = withTrial(state.trials, told);
    const learn = (kept: readonly Kept[], trial: Told) => learnt(state, kept, trial);
    const isNew = trials.length > state.trials.length;
    return { ...state, trials, kept: isNew ? learn(state.kept, told) : trials.reduce(learn, []) };
  },
  ask(key, { space, options, trials, kept }, number, running) {
    const own = fold(key, 'refine');
    if (trials.length < options.start) return startingPoint(own, space, number);
    const stream = streamOf(fold(own, number));
    const fewest = Math.min(...kept.map(({ misses }) => misses));
    const least = kept.filter(({ misses }) => misses === fewest);
    const { found, misses } = least[Math.floor(stream.uniform() * least.length)]!;
    const taken = [...running, ...kept.map(k => k.found.point)];
    return unlike(space, taken, stream, () => beside(space, found.point, options.step * SHRINK ** misses, stream));
  },
};

import { z } from 'zod';
import { fold, type Stream, streamOf } from '../../random/index.ts';
import { crowdingOf, ranksOf, violationOf } from '../domination.ts';
import { type Pooled, withTold, withTrial } from '../pool.ts';
import type { SearchSampler, Told } from '../sampler.ts';
import { type Point, type Space, samePoint } from '../space.ts';
import { startingPoint } from '../start.ts';
import { childOf, unlike } from '../variation.ts';

const schema = z.strictObject({
  population: z
    .int()
    .min(4)
    .max(10_000)
    .default(20)
    .describe('Survivors, and points at the start; 20 by default. More keep more of a front and come to it later.'),
  crossover: z.number().min(0).max(1).default(0.9).describe('Share of children that mix two parents; 0.9 by default.'),
  crossoverIndex: z
    .number()
    .positive()
    .default(15)
    .describe('Distribution index of crossover; 15 by default. Children of large ones are like a parent.'),
  mutationIndex: z
    .number()
    .positive()
    .default(20)
    .describe('Distribution index of mutation; 20 by default. Steps of large ones are small.'),
  reevaluate: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe('Share of trials that repeat the survivor measured least, for noisy objectives; 0 by default.'),
});

type Options = z.output<typeof schema>;

export interface Nsga2State {
  readonly space: Space;
  readonly options: Options;
  /** What each trial said last. */
  readonly trials: readonly Told[];
  /** Survivors with all that was found at each. */
  readonly population: readonly Pooled[];
}

/** Survivors' ranks and crowding, in order. */
function standingOf(population: readonly Pooled[]): { readonly ranks: Int32Array; readonly crowding: Float64Array } {
  const values = population.map(member => member.values);
  const violations = population.map(member =>
    member.values.some(Number.isNaN) ? Number.POSITIVE_INFINITY : violationOf(member.constraints),
  );
  const ranks = ranksOf(values, violations);
  const crowding = new Float64Array(population.length);
  const fronts: number[][] = [];
  for (let i = 0; i < ranks.length; i++) {
    fronts[ranks[i]!] ??= [];
    fronts[ranks[i]!]!.push(i);
  }
  for (const front of fronts) {
    const distances = crowdingOf(front.map(i => values[i]!));
    for (let k = 0; k < front.length; k++) crowding[front[k]!] = distances[k]!;
  }
  return { ranks, crowding };
}

/** The population without the most crowded of its last front. */
function withoutLeast(population: readonly Pooled[]): Pooled[] {
  const { ranks, crowding } = standingOf(population);
  let least = 0;
  for (let i = 1; i < population.length; i++) {
    if (ranks[i]! > ranks[least]! || (ranks[i] === ranks[least] && crowding[i]! < crowding[least]!)) least = i;
  }
  return population.filter((_, i) => i !== least);
}

/** The population after one more trial. */
function survivors(population: readonly Pooled[], told: Told, options: Options): readonly Pooled[] {
  const grown = withTold(population, told);
  return grown.length > options.population ? withoutLeast(grown) : grown;
}

/**
 * NSGA-II that replaces one survivor at a time, so that it needs no generations and any number of trials may run at
 * once. A point told again joins what was found at it before, and survivors are ranked by those pooled means. Where
 * a trial is told again, all trials pass through the population anew.
 */
export const nsga2: SearchSampler<Nsga2State, Options> = {
  name: 'nsga2',
  summary: 'a population that crosses, mutates and keeps what is not dominated',
  schema,
  cite: [
    {
      tag: 'Deb02',
      text: 'K. Deb, A. Pratap, S. Agarwal and T. Meyarivan, A fast and elitist multiobjective genetic algorithm: NSGA-II, IEEE Transactions on Evolutionary Computation 6(2):182–197, 2002',
      id: '10.1109/4235.996017',
    },
    {
      tag: 'Durillo09',
      text: 'J. J. Durillo, A. J. Nebro, F. Luna and E. Alba, On the effect of the steady-state selection scheme in multi-objective genetic algorithms, Evolutionary Multi-Criterion Optimization, LNCS 5467:183–197, 2009',
      id: '10.1007/978-3-642-01020-0_18',
    },
  ],
  init: (space, options) => ({ space, options, trials: [], population: [] }),
  tell(state, told) {
    const trials = withTrial(state.trials, told);
    const survive = (population: readonly Pooled[], trial: Told) => survivors(population, trial, state.options);
    const isNew = trials.length > state.trials.length;
    const population = isNew ? survive(state.population, told) : trials.reduce(survive, []);
    return { ...state, trials, population };
  },
  ask(key, { space, options, trials, population }, number, running) {
    const own = fold(key, 'nsga2');
    if (trials.length < options.population) return startingPoint(own, space, number);
    const stream = streamOf(fold(own, number));
    const { ranks, crowding } = standingOf(population);
    if (stream.uniform() < options.reevaluate) {
      const idle = population.filter(({ point }) => !running.some(other => samePoint(other, point)));
      const first = idle.filter(member => ranks[population.indexOf(member)] === 0);
      const pick = leastMeasured(first.length > 0 ? first : idle);
      if (pick) return pick.point;
    }
    const parent = (): Point => population[tournament(ranks, crowding, stream)]!.point;
    const taken = [...running, ...population.map(member => member.point)];
    return unlike(space, taken, stream, () => childOf(space, parent(), parent(), options, stream));
  },
};

const leastMeasured = (members: readonly Pooled[]): Pooled | undefined =>
  members.reduce<Pooled | undefined>(
    (least, member) => (least && least.blocks <= member.blocks ? least : member),
    undefined,
  );

/** The better of two survivors: lower rank, then less crowded. */
function tournament(ranks: Int32Array, crowding: Float64Array, stream: Stream): number {
  const [a, b] = [Math.floor(stream.uniform() * ranks.length), Math.floor(stream.uniform() * ranks.length)];
  if (ranks[a] !== ranks[b]) return ranks[a]! < ranks[b]! ? a : b;
  return crowding[a]! >= crowding[b]! ? a : b;
}

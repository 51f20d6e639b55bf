import { z } from 'zod';
import { fold, streamOf } from '../../random/index.ts';
import { crowdingOf, ranksOf, violationOf } from '../domination.ts';
import { contributionsOf } from '../hypervolume.ts';
import { parzenOf } from '../parzen.ts';
import { type Pooled, trialsIn, withTold } from '../pool.ts';
import type { SearchSampler } from '../sampler.ts';
import { encode, isActive, type Space, type Value, valueAt } from '../space.ts';
import { startingPoint } from '../start.ts';
import { unlike } from '../variation.ts';

const schema = z.strictObject({
  start: z.int().min(2).max(1000).default(10).describe('Scrambled Sobol points at the start; 10 by default.'),
  good: z
    .number()
    .positive()
    .max(0.5)
    .default(0.1)
    .describe('Share of the points that count as good, the best ranked; 0.1 by default.'),
  most: z.int().min(1).max(1000).default(12).describe('Most points that count as good; 12 by default.'),
  candidates: z
    .int()
    .min(1)
    .max(10_000)
    .default(24)
    .describe('Values drawn for each variable, of which the best is taken; 24 by default.'),
  narrowest: z
    .number()
    .positive()
    .max(10)
    .default(0.2)
    .describe('Least width of a kernel, as a multiple of 1/(points + 1) of the scale; 0.2 by default.'),
});

type Options = z.output<typeof schema>;

export interface TpeState {
  readonly space: Space;
  readonly options: Options;
  readonly told: number;
  /** All that was found at each point. */
  readonly pools: readonly Pooled[];
  /** [points][variables]. */
  readonly places: readonly Float64Array[];
}

/** Whether each point is good: the best ranked, of the last front those that add most to the hypervolume. */
function goodOf({ pools, options }: TpeState): boolean[] {
  const values = pools.map(pool => pool.values);
  const ranks = ranksOf(
    values,
    pools.map(({ values, constraints }) =>
      values.some(Number.isNaN) ? Number.POSITIVE_INFINITY : violationOf(constraints),
    ),
  );
  const count = Math.min(options.most, Math.ceil(options.good * pools.length));
  const last = Int32Array.from(ranks).sort()[count - 1]!;
  const room = count - ranks.reduce((sum, rank) => sum + Number(rank < last), 0);
  const tied = pools.flatMap((_, i) => (ranks[i] === last ? [i] : []));
  const kept = spread(values, tied, room);
  return pools.map((_, i) => ranks[i]! < last || kept.includes(i));
}

/**
 * `room` of a front's points, the one that adds least to the hypervolume dropped first. With three objectives and more,
 * where that takes long, crowding drops all but twice as many before.
 */
function spread(values: readonly (readonly number[])[], front: readonly number[], room: number): readonly number[] {
  const objectives = values[0]!.length;
  const reference = Array.from({ length: objectives }, (_, j) => {
    const all = values.map(point => point[j]!).filter(Number.isFinite);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    return most + 0.1 * (most - least || 1);
  });
  let kept = front;
  while (kept.length > room) {
    const points = kept.map(i => values[i]!);
    const crowded = objectives > 2 && kept.length > 2 * room;
    const worth = crowded ? crowdingOf(points) : contributionsOf(points, reference);
    const least = worth.indexOf(worth.reduce((a, b) => Math.min(a, b)));
    kept = kept.filter((_, k) => k !== least);
  }
  return kept;
}

/**
 * Tree-structured Parzen estimators: each variable takes, of some values drawn where good points are dense, the one with
 * the largest ratio of that density to the density of all others. Good points are ranked by domination.
 */
export const tpe: SearchSampler<TpeState, Options> = {
  name: 'tpe',
  summary: 'values that are frequent among good points and rare among others',
  schema,
  cite: [
    {
      tag: 'Bergstra11',
      text: 'J. Bergstra, R. Bardenet, Y. Bengio and B. Kégl, Algorithms for hyper-parameter optimization, NeurIPS 24:2546–2554, 2011',
    },
    {
      tag: 'Ozaki22',
      text: 'Y. Ozaki, Y. Tanigaki, S. Watanabe, M. Nomura and M. Onishi, Multiobjective tree-structured Parzen estimator, Journal of Artificial Intelligence Research 73:1209–1250, 2022',
      id: '10.1613/jair.1.13188',
    },
  ],
  init: (space, options) => ({ space, options, told: 0, pools: [], places: [] }),
  tell(state, trial) {
    const pools = withTold(state.pools, trial);
    const isNew = pools.length > state.pools.length;
    const places = isNew ? [...state.places, encode(state.space, trial.point)] : state.places;
    return { ...state, told: trialsIn(pools), pools, places };
  },
  ask(key, state, number, running) {
    const { space, options, told, places, pools } = state;
    const own = fold(key, 'tpe');
    if (told < options.start) return startingPoint(own, space, number);
    const stream = streamOf(fold(own, number));
    const isGood = goodOf(state);
    const good = places.filter((_, i) => isGood[i]);
    const others = [...places.filter((_, i) => !isGood[i]), ...running.map(point => encode(space, point))];
    const propose = () => {
      const point: Record<string, Value> = {};
      space.variables.forEach((variable, i) => {
        if (!isActive(variable, point)) return;
        const active = (from: readonly Float64Array[]) => from.map(u => u[i]!).filter(u => !Number.isNaN(u));
        const [high, low] = [good, others].map(from => parzenOf(variable, active(from), options.narrowest));
        let best = 0;
        let most = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < options.candidates; c++) {
          const u = high!.draw(stream);
          const ratio = high!.density(u) / low!.density(u);
          if (ratio > most) [best, most] = [u, ratio];
        }
        point[variable.name] = valueAt(variable, best);
      });
      return point;
    };
    const taken = [...running, ...pools.map(({ point }) => point)];
    return unlike(space, taken, stream, propose);
  },
};

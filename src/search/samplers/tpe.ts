import { z } from 'zod';
import { fold, type Stream, streamOf } from '../../random/index.ts';
import { ranksOf, violationOf } from '../domination.ts';
import { contributionsOf } from '../hypervolume.ts';
import { type Parzen, parzenOf } from '../parzen.ts';
import { type Pooled, pool, pooledOf } from '../pool.ts';
import type { SearchSampler } from '../sampler.ts';
import { sobolDimensions, sobolPoint } from '../sobol-sequence.ts';
import { decode, encode, isActive, type Point, randomPoint, type Space, samePoint, type Value, valueAt } from '../space.ts';

const schema = z.strictObject({
  start: z.int().min(2).max(1000).default(10),
  good: z.number().positive().max(0.5).default(0.1),
  most: z.int().min(2).default(25),
  candidates: z.int().min(1).max(10_000).default(24),
  floor: z.number().default(1),
  prior: z.number().default(1),
  mode: z.string().default('neighbour'),
});

type Options = z.output<typeof schema>;

export interface TpeState {
  readonly space: Space;
  readonly options: Options;
  readonly told: number;
  readonly pools: readonly Pooled[];
  readonly places: readonly Float64Array[];
}

/** Which points are good, and what each weighs among them. */
function split({ pools, options }: TpeState) {
  const values = pools.map(p => p.values);
  const violations = pools.map(p => (p.values.some(Number.isNaN) ? Number.POSITIVE_INFINITY : violationOf(p.constraints)));
  const ranks = ranksOf(values, violations);
  const count = Math.min(options.most, Math.ceil(options.good * pools.length));
  const order = pools.map((_, i) => i).sort((a, b) => ranks[a]! - ranks[b]! || a - b);
  const last = ranks[order[count - 1]!]!;
  const good = order.filter(i => ranks[i]! < last);
  const tied = order.filter(i => ranks[i] === last);
  // drop least contribution until fits
  const reference = values[0]!.map((_, j) => {
    const all = values.map(v => v[j]!).filter(Number.isFinite);
    const [lo, hi] = [Math.min(...all), Math.max(...all)];
    return hi + 0.1 * (hi - lo || 1);
  });
  while (good.length + tied.length > count) {
    const c = contributionsOf(tied.map(i => values[i]!), reference);
    let least = 0;
    c.forEach((v, k) => { if (v < c[least]!) least = k; });
    tied.splice(least, 1);
  }
  const chosen = new Set([...good, ...tied]);
  return { good: pools.flatMap((_, i) => (chosen.has(i) ? [i] : [])), bad: pools.flatMap((_, i) => (chosen.has(i) ? [] : [i])) };
}

export const tpe: SearchSampler<TpeState, Options> = {
  name: 'tpe',
  summary: 'points where good ones are dense and others are not',
  schema,
  cite: [],
  init: (space, options) => ({ space, options, told: 0, pools: [], places: [] }),
  tell(state, told) {
    const again = state.pools.findIndex(({ point }) => samePoint(point, told.point));
    const found = pooledOf(told);
    if (again >= 0) return { ...state, told: state.told + 1, pools: state.pools.map((p, i) => (i === again ? pool(p, found) : p)) };
    return { ...state, told: state.told + 1, pools: [...state.pools, found], places: [...state.places, encode(state.space, told.point)] };
  },
  ask(state, number, running, key) {
    const { space, options, told, places } = state;
    const own = fold(key, 'tpe');
    if (told < options.start) {
      return space.variables.length <= sobolDimensions
        ? decode(space, sobolPoint(number, space.variables.length, fold(own, 'start')))
        : randomPoint(space, fold(own, number));
    }
    const stream = streamOf(fold(own, number));
    const { good, bad } = split(state);
    const runningPlaces = running.map(point => encode(space, point));
    const point: Record<string, Value> = {};
    space.variables.forEach((variable, i) => {
      if (!isActive(variable, point)) return;
      const at = (list: readonly Float64Array[]) => list.map(u => u[i]!).filter(u => !Number.isNaN(u));
      const l = parzenOf(variable, at(good.map(k => places[k]!)), options as never);
      const g = parzenOf(variable, at([...bad.map(k => places[k]!), ...runningPlaces]), options as never);
      let best = 0;
      let most = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < options.candidates; c++) {
        const u = l.draw(stream);
        const ratio = Math.log(l.density(u)) - Math.log(g.density(u));
        if (ratio > most) [best, most] = [u, ratio];
      }
      point[variable.name] = valueAt(variable, best);
    });
    return point;
  },
};

import { fillNormal, fold, type Key, keyOf } from '../../src/random/index.ts';
import { type AnySampler, hypervolume, type Point, type Space, spaceOf, type Told } from '../../src/search/index.ts';

/** Objectives and constraints of a point. */
export interface Problem {
  readonly space: Space;
  readonly objectives: number;
  of(point: Point): { readonly values: readonly number[]; readonly constraints?: readonly number[] };
}

/** ZDT1 with ten variables: Zitzler, Deb & Thiele, Evolutionary Computation 8(2):173–195, 2000. */
export const zdt1: Problem = {
  space: spaceOf(Array.from({ length: 10 }, (_, i) => ({ kind: 'real', name: `x${i}`, low: 0, high: 1 }) as const)),
  objectives: 2,
  of(point) {
    const [first, ...rest] = Object.values(point) as number[];
    const g = 1 + (9 * rest.reduce((a, b) => a + b, 0)) / rest.length;
    return { values: [first!, g * (1 - Math.sqrt(first! / g))] };
  },
};

/** Loss and cost of a small design with a category, integers and limits on both. */
export const constrained: Problem = {
  space: spaceOf([
    { kind: 'categorical', name: 'kind', values: ['a', 'b', 'c'] },
    { kind: 'integer', name: 'n', low: 1, high: 64, log: true },
    { kind: 'real', name: 'r', low: 1e-3, high: 1, log: true },
    { kind: 'real', name: 'z', low: 0, high: 1 },
    { kind: 'integer', name: 'bits', low: 2, high: 8 },
  ]),
  objectives: 2,
  of(point) {
    const { kind, n, r, z, bits } = point as { kind: string; n: number; r: number; z: number; bits: number };
    const shift = { a: 0, b: 0.15, c: 0.3 }[kind]!;
    const rate = (0.3 * (Math.log10(r) + 1.7) ** 2) / 3;
    const loss = 0.05 + shift * (1 - z) + 0.5 / Math.sqrt(1 + n) + rate + 0.4 * 2 ** -bits;
    const cost = (n / 64) * (0.2 + (0.8 * bits) / 8) * (1.2 - 2 * shift) + 0.2 * z;
    return {
      values: [loss, cost],
      constraints: [0.6 - (z + (0.3 * n) / 64 + (kind === 'b' ? 0.2 : 0)), loss - 0.6],
    };
  },
};

export interface Tried {
  readonly trials: readonly Told[];
  /** Milliseconds of asking and telling, a trial. */
  readonly milliseconds: number;
}

/** A study of one trial at a time; `noise` is the standard deviation of every value. */
export function study(
  sampler: AnySampler,
  problem: Problem,
  trials: number,
  seed: number,
  { options = {}, noise = 0, tells = noise > 0 }: { options?: object; noise?: number; tells?: boolean } = {},
): Tried {
  const key: Key = keyOf(seed);
  let state = sampler.init(problem.space, sampler.schema.parse(options), problem.objectives);
  const done: Told[] = [];
  let spent = 0;
  for (let number = 0; number < trials; number++) {
    const start = performance.now();
    const point = sampler.ask(state, number, [], key);
    spent += performance.now() - start;
    const { values, constraints } = problem.of(point);
    const z = fillNormal(fold(fold(key, 'noise'), number), new Float64Array(values.length));
    const told: Told = {
      number,
      point,
      values: values.map((value, j) => value + noise * z[j]!),
      ...(constraints && { constraints }),
      ...(tells && { errors: values.map(() => noise) }),
    };
    done.push(told);
    const before = performance.now();
    state = sampler.tell(state, told);
    spent += performance.now() - before;
  }
  return { trials: done, milliseconds: spent / trials };
}

/** Hypervolume at (1.1, 1.1) of the true objectives of these points. */
export const trueVolume = (problem: Problem, points: readonly Point[]): number =>
  hypervolume(
    points
      .map(point => problem.of(point))
      .flatMap(({ values, constraints = [] }) => (constraints.some(c => c > 0) ? [] : [values])),
    [1.1, 1.1],
  );

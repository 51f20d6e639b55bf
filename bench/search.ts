import { fillNormal, fold, keyOf } from '../src/random/index.ts';
import {
  type AnySampler,
  hypervolume,
  type Point,
  type Space,
  searchSamplers,
  spaceOf,
  type Told,
} from '../src/search/index.ts';
import { poolByPoint, pooledFront } from '../src/search/pool.ts';

const { gp, nsga2, tpe } = searchSamplers;
const seeds = 10;

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

/** `constr` of `compare/search_peers.py`: loss and cost of a small design with a category, integers and two limits. */
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
  /** Processor milliseconds of a trial. */
  readonly milliseconds: number;
}

/** A study of one trial at a time; `noise` is the standard deviation of every value, known to the sampler. */
export function study(
  sampler: AnySampler,
  problem: Problem,
  trials: number,
  seed: number,
  { options = {}, noise = 0 }: { options?: object; noise?: number } = {},
): Tried {
  const key = keyOf(seed);
  let state = sampler.init(problem.space, sampler.schema.parse(options), problem.objectives);
  const done: Told[] = [];
  const start = process.cpuUsage();
  for (let number = 0; number < trials; number++) {
    const point = sampler.ask(key, state, number, []);
    const { values, constraints } = problem.of(point);
    const z = fillNormal(fold(fold(key, 'noise'), number), new Float64Array(values.length));
    const told: Told = {
      number,
      point,
      values: values.map((value, j) => value + noise * z[j]!),
      ...(constraints && { constraints }),
      ...(noise > 0 && { errors: values.map(() => noise) }),
    };
    done.push(told);
    state = sampler.tell(state, told);
  }
  const { user, system } = process.cpuUsage(start);
  return { trials: done, milliseconds: (user + system) / 1000 / trials };
}

/** Hypervolume at (1.1, 1.1) of the true objectives of these points. */
export const trueVolume = (problem: Problem, points: readonly Point[]): number =>
  hypervolume(
    points
      .map(point => problem.of(point))
      .flatMap(({ values, constraints = [] }) => (constraints.some(c => c > 0) ? [] : [values])),
    [1.1, 1.1],
  );

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => {
  const all = sorted(values);
  return (all[(all.length - 1) >> 1]! + all[all.length >> 1]!) / 2;
};

/** Median and range over seeds, and the time of a trial. */
function rows(
  what: string,
  sampler: AnySampler,
  problem: Problem,
  trials: number,
  goals: { volume?: number; milliseconds?: number; peers: string; noise?: number },
) {
  const found = Array.from({ length: seeds }, (_, seed) =>
    study(sampler, problem, trials, seed, { noise: goals.noise }),
  );
  const volumes = found.map(({ trials }) =>
    trueVolume(
      problem,
      pooledFront(poolByPoint(problem.space, trials)).map(({ point }) => point),
    ),
  );
  const value = median(volumes);
  const time = median(found.map(({ milliseconds }) => milliseconds));
  const range = `${sorted(volumes)[0]!.toFixed(3)} to ${sorted(volumes).at(-1)!.toFixed(3)}`;
  const judged = <G extends number | undefined>(goal: G, met: (goal: number) => boolean, sign: string) =>
    goal === undefined ? {} : { goal: `${sign} ${goal}`, met: met(goal) };
  return [
    {
      name: `${what}: hypervolume, median of ${seeds} seeds`,
      value,
      unit: '',
      note: `${range}; ${goals.peers}`,
      ...judged(goals.volume, goal => value >= goal, '≥'),
    },
    {
      name: '  processor time of a trial',
      value: time,
      unit: 'ms',
      ...judged(goals.milliseconds, goal => time <= goal, '≤'),
    },
  ];
}

export const searchBench = {
  name: 'search',
  async run() {
    // Peers' figures: `python bench/compare/search_peers.py PROBLEM SAMPLER TRIALS SEEDS`, Optuna 5.0.0 and pymoo 0.6.2.
    return [
      ...rows('NSGA-II, ZDT1, 2,000 trials', nsga2, zdt1, 2000, {
        volume: 0.835,
        milliseconds: 0.1,
        peers: 'Optuna 0.666, pymoo 0.835',
      }),
      ...rows('Gaussian processes, ZDT1, 60 trials', gp, zdt1, 60, {
        volume: 0.8,
        milliseconds: 60,
        peers: 'Optuna 0.778',
      }),
      ...rows('TPE, ZDT1, 300 trials', tpe, zdt1, 300, { volume: 0.25, milliseconds: 3, peers: 'Optuna 0.141' }),
      ...rows('Gaussian processes, mixed with constraints, 100 trials', gp, constrained, 100, {
        volume: 0.93,
        peers: 'Optuna TPE with 300 trials 0.922',
      }),
      ...rows('TPE, mixed with constraints, 300 trials', tpe, constrained, 300, {
        peers: 'Optuna TPE 0.922, random 0.904',
      }),
      ...rows('Gaussian processes, noisy ZDT1, 60 trials', gp, zdt1, 60, {
        noise: 0.1,
        volume: 0.13,
        peers: 'with 300 trials Optuna TPE 0.129, NSGA-II 0, pymoo 0.064',
      }),
      ...rows('TPE, noisy ZDT1, 300 trials', tpe, zdt1, 300, { noise: 0.1, peers: 'Optuna TPE 0.129' }),
      ...rows('NSGA-II, noisy ZDT1, 300 trials', nsga2, zdt1, 300, {
        noise: 0.1,
        peers: 'Optuna NSGA-II 0, pymoo 0.064',
      }),
    ];
  },
};

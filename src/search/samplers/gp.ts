import { z } from 'zod';
import { insist } from '../../base/index.ts';
import { fillNormal, fold, type Key, type Stream, streamOf } from '../../random/index.ts';
import { nondominatedBoxes } from '../boxes.ts';
import { frontOf, ranksOf, violationOf } from '../domination.ts';
import { acquisitionOf } from '../expected-improvement.ts';
import {
  defaultHyperparameters,
  drawnPosterior,
  featuresOf,
  fitHyperparameters,
  type Hyperparameters,
  hammingOf,
  type Observations,
  type Posterior,
  posteriorOf,
  predictorOf,
} from '../gaussian-process.ts';
import { minimise } from '../minimise.ts';
import { type Pooled, trialsIn, withTold } from '../pool.ts';
import type { SearchSampler } from '../sampler.ts';
import { decode, encode, neighbours, type Point, randomPoint, type Space, samePoint } from '../space.ts';
import { startingPoint } from '../start.ts';
import { childOf } from '../variation.ts';

const schema = z.strictObject({
  start: z.int().min(2).max(1000).default(10).describe('Scrambled Sobol points at the start; 10 by default.'),
  limit: z
    .int()
    .min(10)
    .max(1000)
    .default(200)
    .describe('Most points a process is fitted to, the best ranked; 200 by default. Time grows with its cube.'),
  draws: z
    .int()
    .min(1)
    .max(256)
    .default(8)
    .describe('Draws of the values at noisy and running points, over which the improvement is averaged; 8 by default.'),
  logarithmic: z
    .array(z.int().min(0))
    .default([])
    .describe('Objectives, counted from 0, that are modelled in logarithms, such as prices; none by default.'),
});

type Options = z.output<typeof schema>;

export interface GpState {
  readonly space: Space;
  readonly options: Options;
  readonly objectives: number;
  readonly told: number;
  /** All that was found at each point. */
  readonly pools: readonly Pooled[];
  /** [objectives, then constraints]; empty before the start is over. */
  readonly fits: readonly Hyperparameters[];
  /** Trials told when they were fitted. */
  readonly fitted: number;
}

/** Steps of the fit after each trial, from where the last one ended. */
const FIT_STEPS = 8;

/** Fitted again once the trials have grown by one in this many. */
const REFIT = 100;

/** Noise variance, as a share of the values' variance, below which values count as exact. */
const EXACT = 1e-3;

/** What a process is fitted to, and how to come back. */
interface Output {
  readonly data: Observations;
  readonly centre: number;
  readonly scale: number;
}

/** The points that processes are fitted to: all, or the best ranked, later ones first among equals. */
function modelled({ pools, options }: GpState): readonly Pooled[] {
  if (pools.length <= options.limit) return pools;
  const ranks = ranksOf(
    pools.map(({ values }) => values),
    pools.map(violation),
  );
  const best = pools.map((_, i) => i).sort((a, b) => ranks[a]! - ranks[b]! || b - a);
  return best
    .slice(0, options.limit)
    .sort((a, b) => a - b)
    .map(i => pools[i]!);
}

const violation = ({ values, constraints }: Pooled): number =>
  values.some(Number.isNaN) ? Number.POSITIVE_INFINITY : violationOf(constraints);

/** One output of all points, standardised; failed trials take the worst that was found. */
function outputOf(state: GpState, pools: readonly Pooled[], x: readonly Float64Array[], j: number): Output {
  const isObjective = j < state.objectives;
  const logarithmic = isObjective && state.options.logarithmic.includes(j);
  const raw = pools.map(({ values, constraints }) => (isObjective ? values[j]! : constraints[j - state.objectives]!));
  const values = raw.map(value => (logarithmic ? Math.log(value) : value));
  const found = values.filter(Number.isFinite);
  const worst = found.length > 0 ? Math.max(...found) : 0;
  const filled = values.map(value => (Number.isFinite(value) ? value : worst));
  const centre = filled.reduce((sum, value) => sum + value, 0) / filled.length;
  const variance = filled.reduce((sum, value) => sum + (value - centre) ** 2, 0) / filled.length;
  const scale = Math.sqrt(variance) || 1;
  const noise = pools.map(({ errors }, i) => ((errors[j] ?? Number.NaN) / (logarithmic ? raw[i]! : 1) / scale) ** 2);
  return {
    data: {
      x,
      hamming: hammingOf(state.space),
      y: Float64Array.from(filled, value => (value - centre) / scale),
      noise: Float64Array.from(noise),
      blocks: Float64Array.from(pools, ({ blocks }) => blocks),
    },
    centre,
    scale,
  };
}

function outputsOf(state: GpState): Output[] {
  const pools = modelled(state);
  const x = pools.map(({ point }) => featuresOf(state.space, point));
  const count = state.objectives + Math.max(...pools.map(({ constraints }) => constraints.length));
  return Array.from({ length: count }, (_, j) => outputOf(state, pools, x, j));
}

const largestNoise = ({ data }: Output, fit: Hyperparameters): number =>
  data.noise.reduce(
    (most, noise, i) => Math.max(most, Number.isNaN(noise) ? Math.exp(fit.at(-1)!) / data.blocks[i]! : noise),
    0,
  );

/** Values [points][objectives] and violations of one draw. */
function drawOf(posteriors: readonly Posterior[], objectives: number, limits: readonly number[], s: number) {
  const count = posteriors[0]!.x.length;
  const values = Array.from({ length: count }, (_, i) => posteriors.slice(0, objectives).map(p => p.values[s]![i]!));
  const violations = Float64Array.from({ length: count }, (_, i) =>
    violationOf(limits.map((limit, c) => posteriors[objectives + c]!.values[s]![i]! - limit)),
  );
  return { values, violations };
}

/** A tenth of the range beyond the worst of all values, so that the ends of the front count. */
const referenceOf = (values: readonly number[][]): number[] =>
  values[0]!.map((_, j) => {
    const all = values.map(point => point[j]!);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    return most + 0.1 * Math.max(most - least, 1e-3);
  });

/**
 * Gaussian processes, one for each objective and constraint, and the point of largest constrained noisy expected
 * hypervolume improvement. For dear trials: up to 4 objectives, some 200 trials. Exact where values carry no noise;
 * known standard errors are taken as they are, unknown noise is fitted. Integers are rounded inside the kernel
 * (Garrido-Merchán & Hernández-Lobato, Neurocomputing 380:20–35, 2020), categories differ or not.
 */
export const gp: SearchSampler<GpState, Options> = {
  name: 'gp',
  summary: 'Gaussian processes and expected hypervolume improvement, for few dear trials',
  schema,
  cite: [
    {
      tag: 'Daulton21',
      text: 'S. Daulton, M. Balandat and E. Bakshy, Parallel Bayesian optimization of multiple noisy objectives with expected hypervolume improvement, NeurIPS 34:2187–2200, 2021',
      id: 'arXiv:2105.08195',
    },
    {
      tag: 'Ament23',
      text: 'S. Ament, S. Daulton, D. Eriksson, M. Balandat and E. Bakshy, Unexpected improvements to expected improvement for Bayesian optimization, NeurIPS 36, 2023',
      id: 'arXiv:2310.20708',
    },
    {
      tag: 'Garrido20',
      text: 'E. C. Garrido-Merchán and D. Hernández-Lobato, Dealing with categorical and integer-valued variables in Bayesian optimization with Gaussian processes, Neurocomputing 380:20–35, 2020',
      id: '10.1016/j.neucom.2019.11.004',
    },
  ],
  init(space, options, objectives) {
    insist(
      objectives <= 4,
      `search.sampler: 'gp' takes at most 4 objectives, got ${objectives}; use 'nsga2' or 'tpe', or leave some out.`,
    );
    return { space, options, objectives, told: 0, pools: [], fits: [], fitted: 0 };
  },
  tell(state, told) {
    const pools = withTold(state.pools, told);
    const next = { ...state, told: trialsIn(pools), pools };
    if (next.told < state.options.start || next.told - state.fitted < next.told / REFIT) return next;
    const usual = defaultHyperparameters(state.space.variables.length);
    const fits = outputsOf(next).map(({ data }, j) => {
      const before = state.fits[j];
      return fitHyperparameters(data, before ?? usual, before ? FIT_STEPS : 5 * FIT_STEPS);
    });
    return { ...next, fits, fitted: next.told };
  },
  ask(key, state, number, running) {
    const { space, options, told, fits } = state;
    const own = fold(key, 'gp');
    const drawn = fold(own, number);
    if (told < options.start) return startingPoint(own, space, number);
    const outputs = outputsOf(state);
    return best(drawn, state, acquire(drawn, state, outputs, fits, running), running);
  },
};

/** The acquisition of a state and the points of the front it improves on. */
function acquire(
  key: Key,
  { space, options, objectives }: GpState,
  outputs: readonly Output[],
  fits: readonly Hyperparameters[],
  running: readonly Point[],
) {
  const limits = outputs.slice(objectives).map(({ centre, scale }) => -centre / scale);
  const exact = running.length === 0 && outputs.every((output, j) => largestNoise(output, fits[j]!) < EXACT);
  const means = outputs.map(({ data }, j) => posteriorOf(data, fits[j]!));
  const pending = running.map(point => featuresOf(space, point));
  const posteriors = exact
    ? means
    : outputs.map(({ data }, j) => {
        const own = fold(fold(key, 'draws'), j);
        const size = 2 * (data.x.length + pending.length);
        const normals = Array.from({ length: options.draws }, (_, s) =>
          fillNormal(fold(own, s), new Float64Array(size)),
        );
        return drawnPosterior(data, pending, fits[j]!, normals);
      });
  const mean = drawOf(means, objectives, limits, 0);
  const reference = referenceOf(mean.values);
  const boxes = posteriors[0]!.weights.map((_, s) => {
    const { values, violations } = drawOf(posteriors, objectives, limits, s);
    return nondominatedBoxes(
      values.filter((_, i) => violations[i] === 0),
      reference,
    );
  });
  const predictors = posteriors.map(predictorOf);
  const evaluate = acquisitionOf({
    objectives: predictors.slice(0, objectives),
    constraints: predictors.slice(objectives),
    limits,
    boxes,
  });
  return { evaluate, leaders: frontOf(mean.values, mean.violations) };
}

const SPREAD = { crossover: 0.5, crossoverIndex: 5, mutationIndex: 10 };

/** The new point of largest acquisition: the best of many places, then a local search from the best few. */
function best(
  key: Key,
  state: GpState,
  { evaluate, leaders }: ReturnType<typeof acquire>,
  running: readonly Point[],
): Point {
  const { space } = state;
  const pools = modelled(state);
  const stream = streamOf(fold(key, 'candidates'));
  const value = (point: Point): number => evaluate(featuresOf(space, point), null);
  const candidates = candidatesOf(
    space,
    leaders.map(i => pools[i]!.point),
    stream,
  );
  const scored = candidates.map(point => ({ point, value: value(point) })).sort((a, b) => b.value - a.value);
  const climbed = scored.slice(0, 4).map(start => climb(space, start, evaluate, value));
  const taken = [...running, ...state.pools.map(({ point }) => point)];
  const ordered = [...climbed.sort((a, b) => b.value - a.value), ...scored];
  const found = ordered.find(({ point }) => !taken.some(other => samePoint(other, point)));
  return found?.point ?? randomPoint(fold(key, 'instead'), space);
}

/** Uniform places and variations of the front. */
function candidatesOf(space: Space, front: readonly Point[], stream: Stream): Point[] {
  const uniform = Array.from({ length: 96 }, () =>
    decode(
      space,
      space.variables.map(() => stream.uniform()),
    ),
  );
  if (front.length === 0) return uniform;
  const any = () => front[Math.floor(stream.uniform() * front.length)]!;
  return [...uniform, ...Array.from({ length: 96 }, () => childOf(space, any(), any(), SPREAD, stream))];
}

interface Scored {
  readonly point: Point;
  readonly value: number;
}

/** Real variables along the gradient and the others step by step, in turn, while that gains. */
function climb(
  space: Space,
  start: Scored,
  evaluate: ReturnType<typeof acquisitionOf>,
  value: (point: Point) => number,
): Scored {
  let here = start;
  const discrete = { variables: space.variables.filter(({ kind }) => kind !== 'real') };
  for (let round = 0; round < 4; round++) {
    const before = here.value;
    here = alongGradient(space, here, evaluate);
    if (discrete.variables.length === 0) return here;
    for (const point of neighbours(space, here.point, 0)) {
      const found = { point, value: value(point) };
      if (found.value > here.value) here = found;
    }
    if (here.value < before + 1e-3) break;
  }
  return here;
}

function alongGradient(space: Space, start: Scored, evaluate: ReturnType<typeof acquisitionOf>): Scored {
  const moving = space.variables.map(({ kind, name }) => kind === 'real' && Object.hasOwn(start.point, name));
  if (!moving.some(Boolean)) return start;
  const fixed = featuresOf(space, start.point);
  const places = encode(space, start.point);
  const { x } = minimise(
    (u, gradient) => {
      gradient.fill(0);
      const found = evaluate(u, gradient);
      for (let d = 0; d < u.length; d++) gradient[d] = moving[d] ? -gradient[d]! : 0;
      return -found;
    },
    fixed,
    fixed.map((u, d) => (moving[d] ? 0 : u)),
    fixed.map((u, d) => (moving[d] ? 1 : u)),
    { iterations: 30, tolerance: 1e-4 },
  );
  const point = decode(
    space,
    places.map((u, d) => (moving[d] ? x[d]! : u)),
  );
  const value = evaluate(featuresOf(space, point), null);
  return value > start.value ? { point, value } : start;
}

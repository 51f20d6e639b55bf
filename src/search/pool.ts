import { frontOf, violationOf } from './domination.ts';
import { hypervolume } from './hypervolume.ts';
import type { Told } from './sampler.ts';
import { labelOf, type Point, type Space, samePoint } from './space.ts';

/** All trials of one point together. */
export interface Pooled {
  readonly point: Point;
  /** Means of the values over blocks; NaN where one trial failed. */
  readonly values: readonly number[];
  /** Means of the constraints over blocks. */
  readonly constraints: readonly number[];
  /** Standard errors of values, then constraints; NaN where a trial did not say. */
  readonly errors: readonly number[];
  /** Blocks of all trials together. */
  readonly blocks: number;
  /** What each trial said last. */
  readonly trials: readonly Told[];
}

/** Trials of one point as a pool: means weighted by blocks, errors of independent trials. */
export function pooledOf(trials: readonly Told[]): Pooled {
  const { point } = trials[0]!;
  const blocks = trials.reduce((sum, trial) => sum + blocksOf(trial), 0);
  const shares = trials.map(trial => blocksOf(trial) / blocks);
  const mean = (of: (trial: Told) => readonly number[]) =>
    of(trials[0]!).map((_, j) => trials.reduce((sum, trial, i) => sum + shares[i]! * of(trial)[j]!, 0));
  const [values, constraints] = [mean(trial => trial.values), mean(({ constraints = [] }) => constraints)];
  const errors = [...values, ...constraints].map((_, j) =>
    Math.hypot(...trials.map((trial, i) => shares[i]! * (trial.errors?.[j] ?? Number.NaN))),
  );
  return { point, values, constraints, errors, blocks, trials };
}

const blocksOf = ({ blocks = 1 }: Told): number => blocks;

/** Trials in the order they were first told, with this one in the place of what it said before. */
export function withTrial(trials: readonly Told[], told: Told): readonly Told[] {
  const again = trials.findIndex(({ number }) => number === told.number);
  return again >= 0 ? trials.with(again, told) : [...trials, told];
}

/** Pools with one more trial: beside the others of its point, or in the place of what it said before. */
export function withTold(pools: readonly Pooled[], told: Told): readonly Pooled[] {
  const own = pools.findIndex(({ point }) => samePoint(point, told.point));
  return own >= 0 ? pools.with(own, pooledOf(withTrial(pools[own]!.trials, told))) : [...pools, pooledOf([told])];
}

/** How many trials there are in all. */
export const trialsIn = (pools: readonly Pooled[]): number => pools.reduce((sum, { trials }) => sum + trials.length, 0);

/** One pool per point, in order of each point's first trial; of a trial that was told again, what it said last. */
export function poolByPoint(space: Space, trials: readonly Told[]): Pooled[] {
  const points = new Map<string, readonly Told[]>();
  for (const told of trials) {
    const label = labelOf(space, told.point);
    points.set(label, withTrial(points.get(label) ?? [], told));
  }
  return [...points.values()].map(pooledOf);
}

/** Feasible points whose pooled means no other's dominate. */
export function pooledFront(pools: readonly Pooled[]): Pooled[] {
  const worked = pools.filter(({ values }) => !values.some(Number.isNaN));
  const violations = worked.map(({ constraints }) => violationOf(constraints));
  return frontOf(
    worked.map(({ values }) => values),
    violations,
  ).map(i => worked[i]!);
}

/** Hypervolume of the pooled front, of means and not of single lucky trials. */
export function pooledHypervolume(pools: readonly Pooled[], reference: readonly number[]): number {
  return hypervolume(
    pooledFront(pools).map(({ values }) => values),
    reference,
  );
}

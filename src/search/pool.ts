import { frontOf, violationOf } from './domination.ts';
import { hypervolume } from './hypervolume.ts';
import type { Told } from './sampler.ts';
import { labelOf, type Point, type Space } from './space.ts';

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
  readonly trials: number;
}

/** One trial as a pool. */
export function pooledOf({ point, values, constraints = [], errors = [], blocks = 1 }: Told): Pooled {
  const all = [...values, ...constraints].map((_, j) => errors[j] ?? Number.NaN);
  return { point, values, constraints, errors: all, blocks, trials: 1 };
}

/** Two pools of one point: means weighted by blocks, errors of independent trials. */
export function pool(a: Pooled, b: Pooled): Pooled {
  const blocks = a.blocks + b.blocks;
  const share = a.blocks / blocks;
  const mean = (x: readonly number[], y: readonly number[]) => x.map((v, j) => share * v + (1 - share) * y[j]!);
  return {
    point: a.point,
    values: mean(a.values, b.values),
    constraints: mean(a.constraints, b.constraints),
    errors: a.errors.map((e, j) => Math.hypot(share * e, (1 - share) * b.errors[j]!)),
    blocks,
    trials: a.trials + b.trials,
  };
}

/** One pool per point, in order of each point's first trial. */
export function poolByPoint(space: Space, trials: readonly Told[]): Pooled[] {
  const pools = new Map<string, Pooled>();
  for (const told of trials) {
    const label = labelOf(space, told.point);
    const before = pools.get(label);
    pools.set(label, before ? pool(before, pooledOf(told)) : pooledOf(told));
  }
  return [...pools.values()];
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

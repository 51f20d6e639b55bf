import { labelOf, type Point, type Space, type Told } from '../search/index.ts';
import type { Reason } from './events.ts';
import type { Evidence, JsonValue, Judged, Problem } from './problem.ts';
import { failureOf, scaled } from './scale.ts';

/** Why a trial failed: its work did, or a value that it found is no number. */
export type Cause = Reason | 'value';

/** What became of a request. */
export type Outcome = ({ readonly evidence: Evidence } | { readonly reason: Reason; readonly error: string }) & {
  readonly seconds: number;
  readonly at: number;
  /** The build and kernels of those who worked on it. */
  readonly build: string;
};

/** A point of the space with what has been seen of it. */
export interface Trial {
  readonly number: number;
  readonly point: Point;
  readonly design: JsonValue;
  /** Equal for equal points only. */
  readonly label: string;
  /** Pieces of evidence asked for. */
  readonly asked: number;
  /** [rungs], some of which may be missing where later ones are in before. */
  readonly evidence: readonly (Evidence | undefined)[];
  /** What the evidence of rungs 0 … k says together, for every k that is complete. */
  readonly judged: readonly Judged[];
  /** The same on the scale of comparisons. */
  readonly levels: readonly Judged[];
  readonly failure?: { readonly reason: Cause; readonly error: string };
}

export const trialOf = (space: Space, number: number, point: Point, design: JsonValue): Trial => ({
  number,
  point,
  design,
  label: labelOf(space, point),
  asked: 0,
  evidence: [],
  judged: [],
  levels: [],
});

/**
 * A trial after one more outcome. It has failed where the work did or where its evidence says no number, and stays so
 * whatever comes after.
 */
export function withOutcome(problem: Problem, trial: Trial, rung: number, outcome: Outcome): Trial {
  if (trial.failure) return trial;
  if ('error' in outcome) return { ...trial, failure: { reason: outcome.reason, error: outcome.error } };
  const evidence = Array.from({ length: Math.max(rung + 1, trial.evidence.length) }, (_, r) =>
    r === rung ? outcome.evidence : trial.evidence[r],
  );
  const [judged, levels] = [[...trial.judged], [...trial.levels]];
  while (evidence[judged.length] !== undefined) {
    const found = problem.judge(trial.point, evidence.slice(0, judged.length + 1) as readonly Evidence[]);
    const error = failureOf(problem, found);
    if (error !== undefined) return { ...trial, evidence, failure: { reason: 'value', error } };
    judged.push(found);
    levels.push(scaled(problem, found));
  }
  return { ...trial, evidence, judged, levels };
}

/** Blocks from which on a standard error that they give is told to samplers, which otherwise estimate noise themselves. */
const TELLING_BLOCKS = 5;

/** What a sampler is told of a trial: all its evidence, or that it failed. */
export function toldOf({ objectives, constraints }: Problem, { number, point, levels, failure }: Trial): Told {
  const last = levels.at(-1);
  if (failure || !last) {
    const nothing = (of: readonly unknown[]) => of.map(() => Number.NaN);
    return { number, point, values: nothing(objectives), constraints: nothing(constraints) };
  }
  const { values, blocks } = last;
  const errors = last.errors.map(error => (error > 0 && blocks > 1 && blocks < TELLING_BLOCKS ? Number.NaN : error));
  return { number, point, values, constraints: last.constraints, errors, blocks };
}

import { InputError, insist, type Job } from '../base/index.ts';
import type { Key } from '../random/index.ts';
import { type Point, type Space, spaceOf, type Variable } from '../search/index.ts';
import type { Constraint, Evidence, Judged, Objective, Problem } from './problem.ts';

/** Values by the names of objectives and constraints. */
export type Values = Readonly<Record<string, number>>;

export interface PlainProblem {
  readonly space: Space | readonly Variable[];
  /** Names of what is to become small, or more about it. */
  readonly objectives: readonly (string | (Partial<Objective> & { readonly name: string }))[];
  /** Names of values that must not be above 0; none by default. */
  readonly constraints?: readonly string[];
  /**
   * How often a point may be evaluated, each time with another key; 1 by default, which says that the function has no noise.
   * Values are then means with standard errors, and points that promise much are evaluated more often.
   */
  readonly repeats?: number;
  /** What a point is worth. `how.key` is where what is random comes from, `how.job` lets long work take turns and be stopped. */
  evaluate(point: Point, how: { readonly key: Key; readonly job: Job }): Values | Promise<Values>;
}

/** A problem of any function of points. */
export function problemOf({ space, objectives, constraints = [], repeats = 1, evaluate }: PlainProblem): Problem {
  insist(repeats >= 1, `repeats: must be at least 1, got ${repeats}; leave it out where the function has no noise.`);
  const wanted = objectives.map(
    (objective): Objective => ({
      unit: '',
      better: 'lower',
      ...(typeof objective === 'string' ? { name: objective } : objective),
    }),
  );
  insist(wanted.length > 0, 'objectives: must name a value, got none; say what is to become small or large.');
  const names = [...wanted.map(({ name }) => name), ...constraints];
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new InputError(`objectives: two values are named '${twice}'; rename one of them.`);
  return {
    space: spaceOf('variables' in space ? space.variables : space),
    objectives: wanted,
    constraints: constraints.map((name): Constraint => ({ name })),
    rungs: repeats,
    describe: point => point,
    evaluate: async ({ point, key }, job) => evaluate(point, { key, job }) as Promise<Evidence>,
    judge: (_, evidence) => judged(wanted, names, repeats === 1, evidence),
  };
}

function judged(
  objectives: readonly Objective[],
  names: readonly string[],
  exact: boolean,
  evidence: readonly Evidence[],
): Judged {
  const n = evidence.length;
  const found = names.map(name => evidence.map(values => numberIn(values, name)));
  const means = found.map(values => values.reduce((sum, value) => sum + value, 0) / n);
  const errors = found.map((values, i) => {
    if (exact) return 0;
    const squares = values.reduce((sum, value) => sum + (value - means[i]!) ** 2, 0);
    return n > 1 ? Math.sqrt(squares / (n - 1) / n) : Number.NaN;
  });
  return {
    values: objectives.map(({ better }, j) => (better === 'lower' ? means[j]! : -means[j]!)),
    constraints: means.slice(objectives.length),
    errors,
    blocks: n,
  };
}

function numberIn(evidence: Evidence, name: string): number {
  const value = (evidence as Readonly<Record<string, unknown>> | null)?.[name];
  return typeof value === 'number' ? value : Number.NaN;
}

import type { Judged, Objective, Problem } from './problem.ts';

/**
 * What evidence says on the scale on which trials are compared: objectives of which equal ratios count alike as
 * logarithms, their errors as shares.
 */
export function scaled({ objectives }: Problem, judged: Judged): Judged {
  if (!objectives.some(({ logarithmic }) => logarithmic)) return judged;
  const values = judged.values.map((value, j) => levelOf(objectives[j]!, value));
  const errors = judged.errors.map((error, j) =>
    objectives[j]?.logarithmic ? error / Math.abs(judged.values[j]!) : error,
  );
  return { ...judged, values, errors };
}

/** A minimised value on the scale of its objective. */
export function levelOf({ logarithmic, better }: Objective, value: number): number {
  if (!logarithmic) return value;
  return better === 'lower' ? Math.log(value) : -Math.log(-value);
}

/** The value as people say it that has this place on the scale of its objective. */
export function valueAtLevel({ logarithmic, better }: Objective, level: number): number {
  if (!logarithmic) return better === 'lower' ? level : -level;
  return better === 'lower' ? Math.exp(level) : Math.exp(-level);
}

/** A value as people say it, minimised, or the other way round: the opposite where higher is better. */
export const minimised = ({ better }: Objective, value: number): number => (better === 'lower' ? value : -value);

/** The references of all objectives on that scale; NaN where none is given. */
export const referencesOf = ({ objectives }: Problem): number[] =>
  objectives.map(objective =>
    objective.reference === undefined ? Number.NaN : levelOf(objective, minimised(objective, objective.reference)),
  );

/** Why a trial of this evidence has failed; undefined where every value is a number of its scale. */
export function failureOf(problem: Problem, judged: Judged): string | undefined {
  const { objectives, constraints } = problem;
  const { values } = scaled(problem, judged);
  const bad = values.findIndex(value => !Number.isFinite(value));
  if (bad >= 0) {
    const { name, better, logarithmic } = objectives[bad]!;
    const found = judged.values[bad];
    const value = found === undefined ? undefined : better === 'lower' ? found : -found;
    return `objective '${name}' must be ${logarithmic ? 'a positive number' : 'a number'}, got ${value}`;
  }
  const broken = judged.constraints.findIndex(value => !Number.isFinite(value));
  return broken < 0
    ? undefined
    : `constraint '${constraints[broken]!.name}' must be a number, got ${judged.constraints[broken]}`;
}

import type { Variable } from '../search/index.ts';
import { foundOf, type TrialFound } from './found.ts';
import type { Problem } from './problem.ts';
import type { Study, StudyState } from './state.ts';

/** Operations and states of Optuna's journal files, formats of versions 3.6 to 5.0. */
const CREATE_STUDY = 0;
const STUDY_SYSTEM = 3;
const CREATE_TRIAL = 4;
const END_TRIAL = 6;
const TRIAL_ATTRIBUTE = 8;
const TRIAL_SYSTEM = 9;
const states = { running: 0, complete: 1, pruned: 2, failed: 3 } as const;

/**
 * A study as a journal that Optuna and its dashboard read: trials with parameters, objectives, constraints, standard errors
 * and states, in the order of events. A trial ends there with its last piece of evidence so far. What Optuna cannot hold
 * stays in the study's own record, of which this is a copy: made anew, not gone on with.
 */
export function optunaJournal(study: Study, state: StudyState): string {
  const { problem, settings } = study;
  const { trials } = foundOf(study, state);
  const lastOf = new Map<number, number>();
  state.requests.forEach(({ trial, outcome }, number) => {
    if (outcome) lastOf.set(trial, number);
  });
  const lines: object[] = [
    {
      op_code: CREATE_STUDY,
      study_name: settings.name,
      directions: problem.objectives.map(({ better }) => (better === 'lower' ? 1 : 2)),
    },
    {
      op_code: STUDY_SYSTEM,
      study_id: 0,
      system_attr: { 'study:metric_names': problem.objectives.map(({ name }) => name) },
    },
  ];
  state.requests.forEach(({ trial, rung, at, outcome }, number) => {
    const own = trials[trial]!;
    if (rung === 0)
      lines.push({ op_code: CREATE_TRIAL, study_id: 0, ...startOf(problem, own), datetime_start: timeOf(at) });
    if (outcome && lastOf.get(trial) === number) lines.push(...endOf(problem, own, outcome.at));
  });
  return lines.map(line => `${JSON.stringify({ ...line, worker_id: 'posterohm' })}\n`).join('');
}

/** Parameters as Optuna keeps them: numbers, and the place of a category in its list. */
function startOf({ space }: Problem, { point }: TrialFound): object {
  const active = space.variables.filter(({ name }) => Object.hasOwn(point, name));
  return {
    state: states.running,
    params: Object.fromEntries(
      active.map(variable => {
        const value = point[variable.name]!;
        return [variable.name, 'values' in variable ? variable.values.indexOf(value) : value];
      }),
    ),
    distributions: Object.fromEntries(
      active.map(variable => [variable.name, JSON.stringify(distributionOf(variable))]),
    ),
    user_attrs: {},
    system_attrs: {},
    intermediate_values: {},
  };
}

function distributionOf(variable: Variable): object {
  if ('values' in variable) return { name: 'CategoricalDistribution', attributes: { choices: variable.values } };
  const { kind, low, high, log = false } = variable;
  return kind === 'integer'
    ? { name: 'IntDistribution', attributes: { log, step: 1, low, high } }
    : { name: 'FloatDistribution', attributes: { step: null, low, high, log } };
}

function endOf({ objectives, constraints }: Problem, trial: TrialFound, at: number): object[] {
  const { number, values, blocks, errors, failure } = trial;
  const attribute = (user_attr: object) => ({ op_code: TRIAL_ATTRIBUTE, trial_id: number, user_attr });
  const end = { op_code: END_TRIAL, trial_id: number, state: states[trial.state], datetime_complete: timeOf(at) };
  if (trial.state === 'running') return [];
  if (failure) return [attribute({ failure: `${failure.reason}: ${failure.error}` }), { ...end, values: null }];
  const system_attr = { constraints: constraints.map(({ name }) => trial.constraints[name]) };
  const known = Object.entries(errors).filter(([, error]) => Number.isFinite(error));
  return [
    ...(constraints.length === 0 ? [] : [{ op_code: TRIAL_SYSTEM, trial_id: number, system_attr }]),
    attribute({ blocks }),
    attribute({ standard_errors: Object.fromEntries(known) }),
    { ...end, values: objectives.map(({ name }) => values[name]) },
  ];
}

/** Local time without a zone, with microseconds, as Optuna reads it. */
function timeOf(at: number): string {
  const local = new Date(at - 60_000 * new Date(at).getTimezoneOffset());
  return `${local.toISOString().slice(0, -1)}000`;
}

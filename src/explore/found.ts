import { insist } from '../base/index.ts';
import { fold } from '../random/index.ts';
import { type Importances, importancesOf, type Point } from '../search/index.ts';
import { frontOfTrials, hypervolumeOfTrials, lastOf, measuredTrials, referenceOf } from './comparison.ts';
import { type Ending, endingOf } from './next.ts';
import type { JsonValue, Problem } from './problem.ts';
import { minimised, valueAtLevel } from './scale.ts';
import { type Study, type StudyState, studyKey, trialsNow } from './state.ts';
import type { Cause, Trial } from './trial.ts';

/** A trial as people see it. */
export interface TrialFound {
  readonly number: number;
  readonly point: Point;
  readonly design: JsonValue;
  /** pruned: not on the front, and not worth all the evidence that there could be. running: nothing is known yet. */
  readonly state: 'complete' | 'pruned' | 'failed' | 'running';
  /** Objectives by name, as the user's function gives them; empty where nothing is known. */
  readonly values: Readonly<Record<string, number>>;
  /** By name; kept where not above 0. */
  readonly constraints: Readonly<Record<string, number>>;
  /** Standard errors of both, by name; NaN unknown. */
  readonly errors: Readonly<Record<string, number>>;
  /** Pieces of evidence, and blocks that they hold. */
  readonly pieces: number;
  readonly blocks: number;
  /** Builds and kernels that its evidence comes from. */
  readonly builds: readonly string[];
  readonly failure?: { readonly reason: Cause; readonly error: string };
}

/** What a study has found. */
export interface Found {
  /** Why it asked for nothing more; undefined while it may go on. */
  readonly ending: Ending | undefined;
  readonly trials: readonly TrialFound[];
  /** Trials that keep all constraints and that none dominates, by the first objective. */
  readonly front: readonly TrialFound[];
  /** Of the front below the reference, prices in logarithms. */
  readonly hypervolume: number;
  /** Objectives beyond which a trial adds nothing to it, by name. */
  readonly reference: Readonly<Record<string, number>>;
  /** Seconds worked on the study. */
  readonly seconds: number;
  /** How much each variable matters to an objective. */
  importances(objective: string): Importances;
  /** The hypervolume after so many results, in the order they were asked for, at no more than 200 places. */
  progress(): readonly { readonly results: number; readonly hypervolume: number }[];
}

/** What a state holds, for people. */
export function foundOf(study: Study, state: StudyState): Found {
  const { problem } = study;
  const trials = trialsNow(study, state);
  const reference = referenceOf(problem, trials);
  const front = frontOfTrials(trials).sort((a, b) => lastOf(trials[a]!).values[0]! - lastOf(trials[b]!).values[0]!);
  const builds = buildsOf(state);
  const shown = trials.map(trial => shownOf(problem, trial, builds.get(trial.number) ?? [], front));
  return {
    ending: endingOf(study, state),
    trials: shown,
    front: front.map(number => shown[number]!),
    hypervolume: hypervolumeOfTrials(trials, reference),
    reference: Object.fromEntries(problem.objectives.map((each, j) => [each.name, valueAtLevel(each, reference[j]!)])),
    seconds: state.clock.seconds,
    importances: objective => importances(study, trials, objective),
    progress: () => progress(state, trials, reference),
  };
}

/** Builds and kernels that results of each trial come from. */
function buildsOf({ requests }: StudyState): Map<number, string[]> {
  const builds = new Map<number, string[]>();
  for (const { trial, outcome } of requests) {
    const known = builds.get(trial) ?? [];
    if (outcome && !known.includes(outcome.build)) builds.set(trial, [...known, outcome.build]);
  }
  return builds;
}

function shownOf(
  { objectives, constraints, rungs }: Problem,
  { number, point, design, judged, failure, evidence }: Trial,
  builds: readonly string[],
  front: readonly number[],
): TrialFound {
  const last = judged.at(-1);
  const names = [...objectives, ...constraints].map(({ name }) => name);
  const whole = judged.length >= rungs || rungs === Number.POSITIVE_INFINITY || front.includes(number);
  return {
    number,
    point,
    design,
    state: failure ? 'failed' : !last ? 'running' : whole ? 'complete' : 'pruned',
    values: Object.fromEntries(last ? objectives.map((each, j) => [each.name, minimised(each, last.values[j]!)]) : []),
    constraints: Object.fromEntries(last ? constraints.map(({ name }, c) => [name, last.constraints[c]!]) : []),
    errors: Object.fromEntries(last ? names.map((name, j) => [name, last.errors[j]!]) : []),
    pieces: evidence.filter(each => each !== undefined).length,
    blocks: last?.blocks ?? 0,
    builds,
    ...(failure && { failure }),
  };
}

function importances(study: Study, trials: readonly Trial[], objective: string): Importances {
  const { objectives, space } = study.problem;
  const j = objectives.findIndex(({ name }) => name === objective);
  insist(j >= 0, `objective: unknown name '${objective}'; known: ${objectives.map(({ name }) => name).join(', ')}.`);
  const measured = measuredTrials(trials);
  return importancesOf(
    fold(studyKey(study), objective),
    space,
    measured.map(({ point }) => point),
    measured.map(trial => lastOf(trial).values[j]!),
  );
}

const MOST_PLACES = 200;

function progress({ requests }: StudyState, trials: readonly Trial[], reference: readonly number[]) {
  const every = Math.max(1, Math.ceil(requests.length / MOST_PLACES));
  const known = trials.map(() => 0);
  return requests.flatMap(({ trial, outcome }, i) => {
    if (outcome && 'evidence' in outcome) known[trial]!++;
    if ((i + 1) % every !== 0 && i + 1 < requests.length) return [];
    const then = trials.map((each, number) => ({ ...each, levels: each.levels.slice(0, known[number]) }));
    return [{ results: i + 1, hypervolume: hypervolumeOfTrials(then, reference) }];
  });
}

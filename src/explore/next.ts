import { fold, streamOf } from '../random/index.ts';
import { decode, labelOf, type Point, violationOf } from '../search/index.ts';
import { allocationOf } from './allocation.ts';
import {
  byPromise,
  errorsOf,
  frontOfTrials,
  hypervolumeOfTrials,
  lastOf,
  measuredTrials,
  referenceOf,
  spreadsOf,
} from './comparison.ts';
import type { Purpose } from './events.ts';
import type { Problem } from './problem.ts';
import { type Study, type StudyState, studyKey } from './state.ts';
import { affordableTo, asWished } from './training-budget.ts';
import type { Trial } from './trial.ts';

/** Why a study asks for nothing more. */
export type Ending = 'trials' | 'trainings' | 'time' | 'still' | 'exhausted';

export type Next =
  | {
      readonly ask: { readonly trial: number; readonly rung: number; readonly point: Point; readonly purpose: Purpose };
    }
  /** Results are missing that the choice has to look at. */
  | 'wait'
  | { readonly done: Ending };

/** Share of the budget after which it goes where the front hangs on it. */
export const SEARCHING = 0.8;

/** The piece of work to ask for next, by nothing but the state. */
export function next(study: Study, state: StudyState): Next {
  const { problem, settings } = study;
  const { budget, decided, requests, seen, added, trials } = state;
  const number = requests.length;
  const own = added.points[added.asked];
  // What the user added is beside the budget.
  const spent = number - added.asked;
  if (!own && decided.end !== undefined && number >= decided.end) return { done: 'time' };
  if (!own && budget.trials !== undefined && spent >= budget.trials) return { done: 'trials' };
  if (settings.order === 'number' && seen.length < number - settings.window) return 'wait';
  if (own) return { ask: { trial: trials.length, rung: 0, point: own, purpose: 'added' } };
  if (standsStill(study, state)) return { done: 'still' };
  const finishing =
    (decided.finish !== undefined && number >= decided.finish) ||
    (budget.trials !== undefined && spent >= SEARCHING * budget.trials);
  const wanted = (finishing ? undecided(problem, trials) : undefined) ?? promising(study, trials);
  if (wanted) return more(wanted, finishing ? 'finish' : 'promoted');
  return newPoint(study, state);
}

/** Why nothing is left to do of a study; undefined while results are missing or there is something to ask for. */
export function endingOf(study: Study, state: StudyState): Ending | undefined {
  if (state.requests.some(({ outcome }) => !outcome)) return undefined;
  const found = next(study, state);
  return typeof found === 'object' && 'done' in found ? found.done : undefined;
}

const more = ({ number, asked, point }: Trial, purpose: Purpose): Next => ({
  ask: { trial: number, rung: asked, point, purpose },
});

/** Whether a trial can be asked for more evidence. */
const hasRoom = ({ rungs }: Problem, { asked, failure }: Trial): boolean => !failure && asked < rungs;

/**
 * A trial that has earned its next piece of evidence: among those measured on a rung it is one of the best in `halving`,
 * on the evidence of that rung and with all errors in its favour. Li et al., A system for massively parallel
 * hyperparameter tuning, MLSys 2020; ranks as Schmucker et al., arXiv:2106.12639.
 */
function promising({ problem, settings }: Study, trials: readonly Trial[]): Trial | undefined {
  if (problem.rungs === 1) return undefined;
  const measured = measuredTrials(trials);
  const highest = measured.reduce((most, { levels }) => Math.max(most, levels.length), 0);
  for (let rung = highest - 1; rung >= 0; rung--) {
    const own = measured.filter(({ levels }) => levels.length > rung);
    const best = byPromise(own.map(({ levels }) => levels[rung]!)).slice(0, Math.floor(own.length / settings.halving));
    const found = best.map(i => own[i]!).find(trial => trial.asked === rung + 1 && hasRoom(problem, trial));
    if (found) return found;
  }
  return undefined;
}

/** How many standard errors apart trials are that need not be told apart any more. */
const CLEAR = 3;

/** So many trials are told apart at most, those that promise most: time grows with the square. */
const MOST_UNCLEAR = 100;

/** The trial that should be measured next for the front to be right, or that of the front which was measured least. */
function undecided(problem: Problem, trials: readonly Trial[]): Trial | undefined {
  if (problem.rungs === 1) return undefined;
  const measured = measuredTrials(trials);
  const spreads = spreadsOf(measured.map(lastOf));
  const [objectives, front] = [problem.objectives.length, new Set(frontOfTrials(trials))];
  const errors = measured.map(trial => errorsOf(lastOf(trial), spreads));
  const shifted = (i: number, by: number) => lastOf(measured[i]!).values.map((value, j) => value + by * errors[i]![j]!);
  const best = measured.flatMap((trial, i) => (front.has(trial.number) ? [shifted(i, CLEAR)] : []));
  const unclear = measured.filter((trial, i) => {
    const { constraints } = lastOf(trial);
    if (violationOf(constraints.map((value, c) => value - CLEAR * errors[i]![objectives + c]!)) > 0) return false;
    const own = shifted(i, -CLEAR);
    return !best.some(other => other.every((value, j) => value < own[j]!));
  });
  const near = byPromise(unclear.map(lastOf))
    .slice(0, MOST_UNCLEAR)
    .map(i => unclear[i]!);
  const blocksAt = blocksOfRungs(measured);
  const shares = allocationOf(
    near.map(trial => {
      const { blocks } = lastOf(trial);
      const own = errorsOf(lastOf(trial), spreads).slice(0, objectives);
      return { levels: trial.levels, spreads: own.map(error => error * Math.sqrt(blocks)), blocks };
    }),
  );
  const asked = near.map(trial => blocksAt(trial.asked));
  const total = asked.reduce((sum, blocks) => sum + blocks, 0);
  const lack = near.map((trial, i) => (shares ? shares[i]! * total : front.has(trial.number) ? 1 : 0) - asked[i]!);
  return near
    .map((trial, i) => ({ trial, lack: lack[i]! }))
    .filter(({ trial }) => hasRoom(problem, trial) && (shares || front.has(trial.number)))
    .reduce<{ trial: Trial; lack: number } | undefined>((a, b) => (a && a.lack >= b.lack ? a : b), undefined)?.trial;
}

/** Blocks that so many pieces of evidence make; of rungs that none has reached, as many as the last known one added. */
function blocksOfRungs(measured: readonly Trial[]): (asked: number) => number {
  const known = [0];
  for (const { levels } of measured) {
    for (let rung = known.length - 1; rung < levels.length; rung++) known.push(levels[rung]!.blocks);
  }
  const last = known.length - 1;
  const added = last > 0 ? known[last]! - known[last - 1]! : 1;
  return asked => known[asked] ?? known[last]! + (asked - last) * added;
}

/** The user's first points, then the sampler's; a point that is known gets more evidence, or another takes its place. */
function newPoint(study: Study, state: StudyState): Next {
  const { problem, sampler, settings } = study;
  const { trials, given, proposed } = state;
  const fresh = (point: Point, purpose: Purpose): Next => ({ ask: { trial: trials.length, rung: 0, point, purpose } });
  if (given < settings.first.length) return fresh(settings.first[given]!, 'first');
  const running = trials.filter(({ levels, failure }) => levels.length === 0 && !failure).map(({ point }) => point);
  const wish = sampler.ask(fold(studyKey(study), 'sampler'), state.sampler, proposed, running);
  const affordable = affordableTo(problem, state);
  const point = affordable(wish);
  if (!point) return { done: 'trainings' };
  const label = labelOf(problem.space, point);
  const known = trials.find(trial => trial.label === label);
  if (!known) return fresh(point, 'new');
  if (hasRoom(problem, known)) return more(known, 'repeated');
  const other = untried(study, state, affordable);
  if (other) return fresh(other, 'new');
  const least = trials.filter(trial => hasRoom(problem, trial)).sort((a, b) => a.asked - b.asked)[0];
  return least ? more(least, 'repeated') : { done: 'exhausted' };
}

/** Random points that are tried, and of those that are to be afforded, which takes a hundredth of a second each. */
const ATTEMPTS = 1000;
const COSTLY_ATTEMPTS = 100;

/** A random point that no trial has, as far as can be afforded; undefined where there is next to none. */
function untried(
  study: Study,
  { trials, requests }: StudyState,
  affordable: (wish: Point) => Point | undefined,
): Point | undefined {
  const { space } = study.problem;
  const stream = streamOf(fold(fold(studyKey(study), 'untried'), requests.length));
  const most = affordable === asWished ? ATTEMPTS : COSTLY_ATTEMPTS;
  for (let attempt = 0; attempt < most; attempt++) {
    const wish = decode(
      space,
      space.variables.map(() => stream.uniform()),
    );
    const point = affordable(wish);
    if (!point) return undefined;
    const label = labelOf(space, point);
    if (!trials.some(trial => trial.label === label)) return point;
  }
  return undefined;
}

/** Whether the hypervolume has stood still over the pieces of work looked back. */
function standsStill({ problem }: Study, { budget, seen, requests, trials }: StudyState): boolean {
  const { still } = budget;
  if (!still || seen.length <= still.trials) return false;
  const recent = new Map<number, number>();
  for (const number of seen.slice(-still.trials)) {
    const { trial } = requests[number]!;
    recent.set(trial, (recent.get(trial) ?? 0) + 1);
  }
  const before = trials.map(trial => ({
    ...trial,
    levels: trial.levels.slice(0, Math.max(0, trial.levels.length - (recent.get(trial.number) ?? 0))),
  }));
  const reference = referenceOf(problem, trials);
  const [then, now] = [before, trials].map(each => hypervolumeOfTrials(each, reference));
  return now! > 0 && now! - then! <= still.gain * now!;
}

import { insist } from '../base/index.ts';
import { fold, type Key, keyOf } from '../random/index.ts';
import type { AnySampler, Point } from '../search/index.ts';
import type { Purpose, StudyEvent } from './events.ts';
import type { Problem, Request } from './problem.ts';
import type { Budget, Settings } from './settings.ts';
import { type Outcome, type Trial, toldOf, trialOf, withOutcome } from './trial.ts';

/** What a study is about and how it goes about it: what a record and its events are read with. */
export interface Study {
  readonly problem: Problem;
  readonly sampler: AnySampler;
  readonly settings: Settings;
}

/** One piece of work that was asked for, with what became of it. */
export interface Asked {
  readonly trial: number;
  readonly rung: number;
  readonly purpose: Purpose;
  readonly at: number;
  readonly outcome?: Outcome;
}

/** Where a study stands: a fold of `step` over its events, plain data. */
export interface StudyState {
  /** By number. */
  readonly requests: readonly Asked[];
  /** By number, with the results that choices may look at. */
  readonly trials: readonly Trial[];
  /** The requests that these are results of, in the order they were looked at. */
  readonly seen: readonly number[];
  /** How many of the user's first points were asked for, and how many points the sampler was asked for. */
  readonly given: number;
  readonly proposed: number;
  /** Points that the user added, and how many of them were asked for. */
  readonly added: { readonly points: readonly Point[]; readonly asked: number };
  /** The sampler's own state after them. */
  readonly sampler: unknown;
  readonly budget: Budget;
  /** Requests from which on the last part of the budget is spent, and nothing more is asked, where time decided so. */
  readonly decided: { readonly finish?: number; readonly end?: number };
  /** The build and kernels of those who work on it now. */
  readonly build: string;
  /** Seconds worked on it, and when the last event was, ms since 1970. */
  readonly clock: { readonly seconds: number; readonly last: number };
}

export function begin({ problem, sampler, settings }: Study): StudyState {
  insist(settings.budget.trainings === undefined || problem.training !== undefined, {
    path: ['budget', 'trainings'],
    rule: 'is for problems whose points are trained',
    value: settings.budget.trainings,
    hint: 'say trials, time or still',
  });
  return {
    requests: [],
    trials: [],
    seen: [],
    given: 0,
    proposed: 0,
    added: { points: [], asked: 0 },
    sampler: sampler.init(
      problem.space,
      sampler.schema.parse(settings.sampler.options),
      problem.objectives.length,
    ) as unknown,
    budget: settings.budget,
    decided: {},
    build: '',
    clock: { seconds: 0, last: 0 },
  };
}

/** The state after one more event. */
export function step(study: Study, state: StudyState, event: StudyEvent): StudyState {
  const after = { ...state, clock: clockAfter(state.clock, event) };
  switch (event.event) {
    case 'asked':
      return advance(study, withRequest(study, after, event));
    case 'found': {
      const { evidence, seconds, at } = event;
      return settle(study, after, event.request, { evidence, seconds, at, build: after.build });
    }
    case 'failed': {
      const { reason, error, seconds, at } = event;
      return settle(study, after, event.request, { reason, error, seconds, at, build: after.build });
    }
    case 'added':
      return { ...after, added: { ...after.added, points: [...after.added.points, event.point] } };
    case 'opened':
      return { ...after, build: buildText(event) };
    case 'decided':
      return { ...after, decided: { ...after.decided, [event.what]: event.from } };
    case 'budget':
      return { ...after, budget: event.budget, decided: {} };
    default:
      return after;
  }
}

/** Names all that may change a result beside the problem and the request. */
export const buildText = ({ build, kernels }: { readonly build: string; readonly kernels: string }): string =>
  `${build}, ${kernels}`;

function clockAfter({ seconds, last }: StudyState['clock'], { event, at }: StudyEvent): StudyState['clock'] {
  const worked = ['opened', 'study', 'added', 'judged'].includes(event) ? 0 : Math.max(0, at - last) / 1000;
  return { seconds: seconds + worked, last: at };
}

function withRequest(
  { problem }: Study,
  state: StudyState,
  event: Extract<StudyEvent, { event: 'asked' }>,
): StudyState {
  const { trial, rung, purpose, at, point, design } = event;
  const trials = point ? [...state.trials, trialOf(problem.space, trial, point, design ?? null)] : state.trials;
  const own = trials[trial]!;
  return {
    ...state,
    requests: [...state.requests, { trial, rung, purpose, at }],
    trials: trials.with(trial, { ...own, asked: Math.max(own.asked, rung + 1) }),
    given: state.given + Number(purpose === 'first'),
    added: { ...state.added, asked: state.added.asked + Number(purpose === 'added') },
    proposed: state.proposed + Number(purpose === 'new' || purpose === 'repeated'),
  };
}

/** Takes a result down. A request has one result: what comes after it is not looked at. */
function settle(study: Study, state: StudyState, number: number, outcome: Outcome): StudyState {
  const asked = state.requests[number]!;
  if (asked.outcome) return state;
  const after = { ...state, requests: state.requests.with(number, { ...asked, outcome }) };
  return study.settings.order === 'arrival' ? see(study, after, number) : advance(study, after);
}

/** Looks at the results that the next choice may see: those of requests so far back that no window holds them. */
function advance(study: Study, state: StudyState): StudyState {
  if (study.settings.order === 'arrival') return state;
  let now = state;
  for (;;) {
    const number = now.seen.length;
    if (number >= now.requests.length - study.settings.window || !now.requests[number]!.outcome) return now;
    now = see(study, now, number);
  }
}

/** Looks at one result: the trial knows it and the sampler is told. */
function see({ problem, sampler }: Study, state: StudyState, number: number): StudyState {
  const { trial, rung, outcome } = state.requests[number]!;
  const before = state.trials[trial]!;
  const after = withOutcome(problem, before, rung, outcome!);
  const learnt = after.levels.length > before.levels.length || after.failure !== before.failure;
  return {
    ...state,
    trials: state.trials.with(trial, after),
    seen: [...state.seen, number],
    sampler: learnt ? sampler.tell(state.sampler, toldOf(problem, after)) : state.sampler,
  };
}

/** All trials with every result that is in, whether or not choices may look at it: what people are shown. */
export function trialsNow({ problem }: Study, { requests, trials }: StudyState): Trial[] {
  const now = trials.map((trial): Trial => {
    const { failure, ...rest } = trial;
    return { ...rest, evidence: [], judged: [], levels: [] };
  });
  for (const { trial, rung, outcome } of requests) {
    if (outcome) now[trial] = withOutcome(problem, now[trial]!, rung, outcome);
  }
  return now;
}

export const studyKey = ({ settings }: Study): Key => keyOf(settings.seed);

/** The piece of work of a number, as a process takes it. */
export function requestOf(study: Study, state: StudyState, number: number): Request {
  const { trial, rung } = state.requests[number]!;
  const key = fold(fold(studyKey(study), 'requests'), number);
  return { number, trial, point: state.trials[trial]!.point, rung, key };
}

/**
 * The same study, whose hypervolume is that below a reference by objective, the value beyond which nothing counts for it, where
 * the objective has none of its own.
 */
export const withReference = (study: Study, reference: Readonly<Record<string, number>>): Study => ({
  ...study,
  problem: {
    ...study.problem,
    objectives: study.problem.objectives.map(objective => {
      const { reference: own = reference[objective.name] } = objective;
      return own !== undefined && Number.isFinite(own) ? { ...objective, reference: own } : objective;
    }),
  },
});

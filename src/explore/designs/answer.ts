import { studentQuantile } from '../../random/index.ts';
import type { Interval } from '../../uncertainty/index.ts';
import type { BaselineName } from '../baselines/baseline.ts';
import type { BaselineFound } from '../baselines/search-baselines.ts';
import type { ConfirmedDesign } from '../confirm/confirmed.ts';
import type { Verdict } from '../confirm/verdict.ts';
import type { StudyEvent } from '../events.ts';
import type { Found, TrialFound } from '../found.ts';
import type { JsonValue } from '../problem.ts';
import type { Goals } from '../study-file/goals.ts';
import type { DesignEvidence } from './evidence.ts';
import { joined, measured } from './judge.ts';
import { nearestTo } from './wish.ts';

/** A design of the front, as people are shown it. */
export interface FrontDesign {
  readonly trial: number;
  readonly parameters: TrialFound['point'];
  /** By name: on rows and chips to search on, with the 95 % interval that both leave. */
  readonly objectives: Readonly<Record<string, Interval>>;
  /** Chips that it was judged on. */
  readonly chips: number;
  /** The same by fresh trainings on fresh chips and the test rows; null where it was not judged again. */
  readonly confirmed: ConfirmedDesign['objectives'] | null;
  /** Whether it keeps all constraints there. */
  readonly kept: boolean | null;
  /** Probability that no other confirmed design of the study, or of the baseline, is better. */
  readonly onFront: number | null;
  /** Probability that it comes nearer to the best of all objectives at once than the best baseline. */
  readonly beatsBaseline: number | null;
  /** What it is farther from the best than the nearest of all, in ranges of the objectives; null where it breaks a constraint. */
  readonly regret: { readonly median: number | null; readonly high: number | null } | null;
  readonly design: JsonValue;
}

/** What a search has found, in numbers. */
export interface SearchAnswer {
  readonly trials: { readonly complete: number; readonly pruned: number; readonly failed: number };
  /** Posteriors that were trained. */
  readonly trainings: number;
  readonly seconds: number;
  /** Of the front below the reference, prices in logarithms. */
  readonly hypervolume: number;
  /** The hypervolume after so many pieces of work. */
  readonly progress: ReturnType<Found['progress']>;
  readonly front: readonly FrontDesign[];
  /** Where no design keeps the constraints: that which most miss, and the design that comes nearest; null otherwise. */
  readonly missed: Missed | null;
  /** Why trials failed, the commonest reason first. */
  readonly failures: readonly { readonly count: number; readonly sentence: string }[];
}

/** A constraint that most designs miss where none keeps them all. */
export interface Missed {
  readonly constraint: string;
  /** Designs that miss it, of those that were measured. */
  readonly by: number;
  readonly of: number;
  /** The design that misses all constraints together by least, the constraint that it misses by most, and by which share of its limit. */
  readonly nearest: { readonly trial: number; readonly constraint: string; readonly excess: number };
}

/** What the search of a baseline has found. */
export interface BaselineAnswer extends SearchAnswer {
  readonly name: BaselineName;
}

/** What a study has found. */
export interface StudyAnswer extends SearchAnswer {
  readonly study: string;
  /** Objectives, by name, beyond which nothing counts for a hypervolume: the same for the study and its baselines. */
  readonly reference: Readonly<Record<string, number>>;
  /** The trial of the front that is nearest to the best of all objectives at once, each by its range on the front; null without one. */
  readonly knee: number | null;
  readonly baselines: readonly BaselineAnswer[];
  /** Share of the study's budget that each of them had. */
  readonly baselineShare: number;
  /** How often the test rows were looked at. */
  readonly openings: number;
  /** The design of the study with the least regret, its experiment, and whether to build it; null where nothing is confirmed yet. */
  readonly answer: {
    readonly trial: number | null;
    readonly experiment: string | null;
    readonly verdict: Verdict;
  } | null;
}

/** What an answer is made of. */
export interface Answered {
  readonly name: string;
  readonly goals: Goals;
  readonly found: Found;
  /** The study's record. */
  readonly events: readonly StudyEvent[];
  readonly baselines: readonly BaselineFound[];
  readonly baselineShare: number;
  /** Of the study and of baselines. */
  readonly confirmed: readonly ConfirmedDesign[];
  readonly openings: number;
  readonly answer: StudyAnswer['answer'];
}

export function answerOf({
  name,
  goals,
  found,
  events,
  baselines,
  baselineShare,
  confirmed,
  openings,
  answer,
}: Answered): StudyAnswer {
  const of = (search: Pick<BaselineFound, 'found' | 'events'>, baseline?: BaselineName) => {
    const own = confirmed.filter(design => design.of === baseline);
    return searchAnswer(search, design => frontDesign(design, goals, search.events, own));
  };
  return {
    study: name,
    ...of({ found, events }),
    reference: found.reference,
    knee: nearestTo({}, found, goals)?.number ?? null,
    baselines: baselines.map(each => ({ name: each.name, ...of(each, each.name) })),
    baselineShare,
    openings,
    answer,
  };
}

function searchAnswer(
  { found, events }: Pick<BaselineFound, 'found' | 'events'>,
  shown: (design: TrialFound) => FrontDesign,
): SearchAnswer {
  const of = (state: TrialFound['state']) => found.trials.filter(trial => trial.state === state).length;
  return {
    trials: { complete: of('complete'), pruned: of('pruned'), failed: of('failed') },
    trainings: trainingsIn(events),
    seconds: found.seconds,
    hypervolume: found.hypervolume,
    progress: found.progress(),
    front: found.front.map(shown),
    missed: missedIn(found),
    failures: failuresOf(found),
  };
}

/** What stands between a search and any design that keeps the constraints. */
export function missedIn({ front, trials }: Pick<Found, 'front' | 'trials'>): Missed | null {
  const measured = trials.filter(({ state, constraints }) => state !== 'failed' && Object.keys(constraints).length > 0);
  if (front.length > 0 || measured.length === 0) return null;
  const missing = ({ constraints }: TrialFound) => Object.entries(constraints).filter(([, excess]) => excess > 0);
  const counts = new Map<string, number>();
  for (const trial of measured) for (const [name] of missing(trial)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const total = (trial: TrialFound) => missing(trial).reduce((sum, [, excess]) => sum + excess, 0);
  const nearest = measured.reduce((best, trial) => (total(trial) < total(best) ? trial : best));
  const [worst] = missing(nearest).sort((a, b) => b[1] - a[1]);
  if (!most || !worst) return null;
  return {
    constraint: most[0],
    by: most[1],
    of: measured.length,
    nearest: { trial: nearest.number, constraint: worst[0], excess: worst[1] },
  };
}

/** Distinct trainings that evidence came from. */
function trainingsIn(events: readonly StudyEvent[]): number {
  const evidence = events.flatMap(event => (event.event === 'found' ? [event.evidence as DesignEvidence] : []));
  return new Set(evidence.map(({ trained }) => trained)).size;
}

function frontDesign(
  { number, point, blocks, design }: TrialFound,
  goals: Goals,
  events: readonly StudyEvent[],
  confirmed: readonly ConfirmedDesign[],
): FrontDesign {
  const again = confirmed.find(({ trial }) => trial === number);
  const evidence = joined(evidenceOf(events, number));
  return {
    trial: number,
    parameters: point,
    objectives: Object.fromEntries(
      goals.objectives.map(goal => {
        const { value, error, degrees } = measured(goal, evidence);
        return [goal.name, around(value, error, degrees)];
      }),
    ),
    chips: blocks,
    confirmed: again?.objectives ?? null,
    kept: again?.kept ?? null,
    onFront: again?.onFront ?? null,
    beatsBaseline: again?.beatsBaseline ?? null,
    regret: again ? { median: known(again.regret.median), high: known(again.regret.high) } : null,
    design,
  };
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Evidence of a trial, by rung. */
function evidenceOf(events: readonly StudyEvent[], trial: number): DesignEvidence[] {
  const own = events.flatMap(event => (event.event === 'asked' && event.trial === trial ? [event] : []));
  const found = new Map(
    events.flatMap(event => (event.event === 'found' ? [[event.request, event.evidence] as const] : [])),
  );
  return own
    .sort((a, b) => a.rung - b.rung)
    .flatMap(({ request }) => (found.has(request) ? [found.get(request) as DesignEvidence] : []));
}

/** A 95 % interval of Student's t; of nothing but the value where its error is not known. */
export function around(value: number, error: number, degrees: number): Interval {
  const half = error > 0 && degrees > 0 ? studentQuantile(0.975, degrees) * error : 0;
  return { mean: value, low: value - half, high: value + half };
}

function failuresOf({ trials }: Found): StudyAnswer['failures'] {
  const counts = new Map<string, number>();
  for (const { failure } of trials) if (failure) counts.set(failure.error, (counts.get(failure.error) ?? 0) + 1);
  return [...counts].map(([sentence, count]) => ({ sentence, count })).sort((a, b) => b.count - a.count);
}

/** The confirmed design of a front that keeps the constraints with the least 90 % quantile of regret. */
export function leastRegret(front: readonly FrontDesign[]): FrontDesign | undefined {
  const high = ({ regret }: FrontDesign) => regret?.high ?? Number.POSITIVE_INFINITY;
  return front.filter(({ kept }) => kept).sort((a, b) => high(a) - high(b))[0];
}

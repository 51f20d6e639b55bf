import { studentQuantile } from '../../random/index.ts';
import type { Interval } from '../../uncertainty/index.ts';
import type { ConfirmedDesign } from '../confirm/confirmed.ts';
import type { StudyEvent } from '../events.ts';
import type { Found, TrialFound } from '../found.ts';
import type { JsonValue } from '../problem.ts';
import type { Goals } from '../study-file/goals.ts';
import type { DesignEvidence } from './evidence.ts';
import { joined, measured } from './judge.ts';

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
  /** Whether it keeps all constraints there, and the probability that no other confirmed design beats it. */
  readonly kept: boolean | null;
  readonly onFront: number | null;
  readonly design: JsonValue;
}

/** What a study has found, in numbers. */
export interface StudyAnswer {
  readonly study: string;
  readonly trials: { readonly complete: number; readonly pruned: number; readonly failed: number };
  /** Posteriors that were trained. */
  readonly trainings: number;
  readonly seconds: number;
  readonly hypervolume: number;
  readonly front: readonly FrontDesign[];
  /** Why trials failed, the commonest reason first. */
  readonly failures: readonly { readonly count: number; readonly sentence: string }[];
  /** How often the test rows were looked at. */
  readonly openings: number;
  /** The design to build where nobody says what matters more, and its experiment; null where none keeps the constraints. */
  readonly answer: { readonly trial: number; readonly experiment: string } | null;
}

/** What an answer is made of. */
export interface Answered {
  readonly name: string;
  readonly goals: Goals;
  readonly found: Found;
  /** The study's record. */
  readonly events: readonly StudyEvent[];
  readonly confirmed: readonly ConfirmedDesign[];
  readonly openings: number;
  readonly answer: StudyAnswer['answer'];
}

export function answerOf(answered: Answered): StudyAnswer {
  const { name, found, events, openings, answer } = answered;
  const of = (state: TrialFound['state']) => found.trials.filter(trial => trial.state === state).length;
  return {
    study: name,
    trials: { complete: of('complete'), pruned: of('pruned'), failed: of('failed') },
    trainings: trainingsIn(events),
    seconds: found.seconds,
    hypervolume: found.hypervolume,
    front: found.front.map(trial => frontDesign(trial, answered)),
    failures: failuresOf(found),
    openings,
    answer,
  };
}

/** Distinct trainings that evidence came from. */
function trainingsIn(events: readonly StudyEvent[]): number {
  const evidence = events.flatMap(event => (event.event === 'found' ? [event.evidence as DesignEvidence] : []));
  return new Set(evidence.map(({ trained }) => trained)).size;
}

function frontDesign(
  { number, point, blocks, design }: TrialFound,
  { goals, events, confirmed }: Answered,
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
    design,
  };
}

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

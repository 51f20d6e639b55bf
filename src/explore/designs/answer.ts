import { type Interval, studentQuantile } from '../../uncertainty/index.ts';
import type { StudyEvent } from '../events.ts';
import type { Found, TrialFound } from '../found.ts';
import type { JsonValue, Objective } from '../problem.ts';
import type { DesignEvidence } from './evidence.ts';

/** A design of the front, as people are shown it. */
export interface FrontDesign {
  readonly trial: number;
  readonly parameters: TrialFound['point'];
  /** By name: on rows and chips to search on, with the 95 % interval that both leave. */
  readonly objectives: Readonly<Record<string, Interval>>;
  /** Chips that it was judged on. */
  readonly chips: number;
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
}

/** The answer of a study by what it found and by its record. */
export function answerOf(
  name: string,
  objectives: readonly Objective[],
  found: Found,
  events: readonly StudyEvent[],
): StudyAnswer {
  const of = (state: TrialFound['state']) => found.trials.filter(trial => trial.state === state).length;
  return {
    study: name,
    trials: { complete: of('complete'), pruned: of('pruned'), failed: of('failed') },
    trainings: trainingsIn(events),
    seconds: found.seconds,
    hypervolume: found.hypervolume,
    front: found.front.map(trial => frontDesign(objectives, trial)),
    failures: failuresOf(found),
  };
}

/** Distinct trainings that evidence came from. */
export function trainingsIn(events: readonly StudyEvent[]): number {
  const evidence = events.flatMap(event =>
    event.event === 'found' ? [event.evidence as unknown as DesignEvidence] : [],
  );
  return new Set(evidence.map(({ trained }) => trained)).size;
}

function frontDesign(
  objectives: readonly Objective[],
  { number, point, values, errors, blocks, design }: TrialFound,
): FrontDesign {
  return {
    trial: number,
    parameters: point,
    objectives: Object.fromEntries(
      objectives.map(({ name }) => [name, around(values[name]!, errors[name]!, blocks - 1)]),
    ),
    chips: blocks,
    design,
  };
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

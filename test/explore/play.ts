import { jobOf } from '../../src/base/index.ts';
import type { StudyEvent } from '../../src/explore/events.ts';
import { type Ending, next } from '../../src/explore/next.ts';
import type { Problem } from '../../src/explore/problem.ts';
import { settingsSchema } from '../../src/explore/settings.ts';
import { begin, requestOf, type Study, type StudyState, step } from '../../src/explore/state.ts';
import { fold, keyOf, streamOf } from '../../src/random/index.ts';
import { type AnySampler, searchSamplers } from '../../src/search/index.ts';

export function studyOf(problem: Problem, given: object, sampler: AnySampler = searchSamplers.nsga2): Study {
  const own = { name: sampler.name, ...(given as { sampler?: object }).sampler };
  return { problem, sampler, settings: settingsSchema.parse({ ...given, sampler: own }) };
}

export interface Played {
  readonly state: StudyState;
  readonly events: readonly StudyEvent[];
  readonly ending: Ending;
}

/** Plays a study with so many at work at once, of whom a random one finishes next. */
export async function play(study: Study, { workers = 1, luck = 0, start = begin(study) } = {}): Promise<Played> {
  const stream = streamOf(fold(keyOf(luck), workers));
  const events: StudyEvent[] = [];
  const under: number[] = [];
  let state = start;
  const add = (event: StudyEvent) => {
    events.push(event);
    state = step(study, state, event);
  };
  for (;;) {
    const found = under.length < workers ? next(study, state) : 'wait';
    if (typeof found === 'object' && 'ask' in found) {
      const { trial, rung, point, purpose } = found.ask;
      const design = study.problem.describe(point);
      under.push(state.requests.length);
      const request = state.requests.length;
      add({ event: 'asked', at: 0, request, trial, rung, purpose, ...(rung === 0 && { point, design }) });
    } else if (under.length > 0) {
      const [request] = under.splice(Math.floor(stream.uniform() * under.length), 1) as [number];
      const evidence = await study.problem.evaluate(requestOf(study, state, request), jobOf());
      add({ event: 'found', at: 0, request, seconds: 0, evidence: JSON.parse(JSON.stringify(evidence)) });
    } else if (typeof found === 'object') return { state, events, ending: found.done };
    else throw new Error('nothing is under way and nothing can be asked');
  }
}

/** What was asked for, in order. */
export const asksOf = ({ events }: Played) =>
  events.flatMap(event => {
    if (event.event !== 'asked') return [];
    const { trial, rung, point } = event;
    return [{ trial, rung, point }];
  });

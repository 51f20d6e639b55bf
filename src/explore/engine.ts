import { type Job, jobOf } from '../base/index.ts';
import { frontOfTrials, hypervolumeOfTrials, referenceOf } from './comparison.ts';
import type { Answer, Crew } from './crew.ts';
import type { StudyEvent } from './events.ts';
import { type Ending, next, SEARCHING } from './next.ts';
import type { Evidence } from './problem.ts';
import type { StudyRecord } from './record.ts';
import { requestOf, type Study, type StudyState, step, trialsNow } from './state.ts';

export interface Work {
  readonly study: Study;
  /** The same, with the reference that its hypervolume is told below; as it is by default. */
  readonly told?: Study;
  /** Where the study stands by what its record says. */
  readonly state: StudyState;
  readonly record: Pick<StudyRecord, 'append'>;
  readonly crew: Crew;
  readonly job: Job;
  /** Hears of each event once it is recorded. */
  readonly watch?: (state: StudyState, event: StudyEvent) => void;
}

/**
 * Works on a study until there is nothing more to ask for: hands requests to the crew, those first that were asked for
 * before and have no result, and writes down what comes of them. Every decision is an event before it is obeyed. Where the
 * job is to stop, requests under way are given up; the record has all that was found.
 */
export async function work({ study, told = study, state: start, record, crew, job, watch }: Work): Promise<{
  readonly state: StudyState;
  readonly ending: Ending;
}> {
  const stop = new AbortController();
  const own = jobOf({ ...job, signal: AbortSignal.any([job.signal, stop.signal]), progress: () => {} });
  const under = new Map<number, Promise<void>>();
  const waiting = start.requests.flatMap(({ outcome }, number) => (outcome ? [] : [number]));
  let state = start;

  const add = (event: StudyEvent): void => {
    record.append(event);
    state = step(study, state, event);
    watch?.(state, event);
  };

  const handOut = async (request: number): Promise<void> => {
    const began = performance.now();
    const answer = await crew.work(requestOf(study, state, request), own);
    add(resultOf(request, answer, (performance.now() - began) / 1000));
    under.delete(request);
  };

  /** Asks for one more piece of work, or says why not. */
  const ask = (): number | 'wait' | Ending => {
    decideByTime(state, add);
    const found = next(study, state);
    if (found === 'wait') return found;
    if ('done' in found) return found.done;
    const { trial, rung, point, purpose } = found.ask;
    const request = state.requests.length;
    const about = rung === 0 ? { point, design: study.problem.describe(point) } : {};
    const saw = study.settings.order === 'arrival' ? { saw: state.seen.length } : {};
    add({ event: 'asked', at: Date.now(), request, trial, rung, purpose, ...about, ...saw });
    return request;
  };

  const say = () => {
    const done = shareDone(state);
    // Not all of it while something is under way.
    const share = under.size > 0 ? Math.min(0.999, done) : done;
    const remark = under.size > 0 && crew.remark?.();
    job.progress(share, `${noteOf(told, state, under.size)}${remark ? `; ${remark}` : ''}`);
  };
  const saying = setInterval(say, SAYING);
  try {
    for (;;) {
      let found: ReturnType<typeof ask> = 'wait';
      while (under.size < crew.places) {
        found = waiting.shift() ?? ask();
        if (typeof found === 'string') break;
        under.set(found, handOut(found));
      }
      if (under.size === 0) {
        if (typeof found !== 'string' || found === 'wait') throw new Error('internal: a study waits for nothing');
        say();
        return { state, ending: found };
      }
      await Promise.race(under.values());
      await own.turn();
    }
  } finally {
    clearInterval(saying);
    stop.abort();
    await Promise.allSettled(under.values());
    if (under.size > 0) {
      // Stopped: what was under way is not any more.
      under.clear();
      say();
    }
  }
}

/** Milliseconds between two words on how far the study is. */
const SAYING = 500;

function resultOf(request: number, answer: Answer, seconds: number): StudyEvent {
  const at = Date.now();
  if ('error' in answer) return { event: 'failed', at, request, seconds, ...answer };
  // What is judged is what the record says: numbers that JSON lacks are null there.
  const evidence = JSON.parse(JSON.stringify(answer.evidence ?? null)) as Evidence;
  return { event: 'found', at, request, seconds, evidence };
}

/** Writes down that the last part of a budget of time begins, or that it is over. */
function decideByTime({ budget, clock, decided, requests }: StudyState, add: (event: StudyEvent) => void): void {
  if (budget.time === undefined || decided.end !== undefined) return;
  const at = Date.now();
  const seconds = clock.seconds + (at - clock.last) / 1000;
  const from = requests.length;
  if (seconds >= budget.time) add({ event: 'decided', at, what: 'end', from });
  else if (decided.finish === undefined && seconds >= SEARCHING * budget.time) {
    add({ event: 'decided', at, what: 'finish', from });
  }
}

/** How far a study is, as a share of its budget; by nothing where only standing still ends it. */
function shareDone({ budget: { trials, time }, added, clock, requests }: StudyState): number {
  const shares = [trials && resultsIn(requests) / (trials + added.points.length), time && clock.seconds / time];
  const known = shares.filter(share => share !== undefined);
  return known.length > 0 ? Math.min(1, Math.max(...known)) : 0;
}

const resultsIn = (requests: StudyState['requests']): number => requests.filter(({ outcome }) => outcome).length;

function noteOf(study: Study, state: StudyState, under: number): string {
  const { problem } = study;
  const results = resultsIn(state.requests);
  const words = [results === 0 ? 'no result yet' : `${results} results`, ...(under > 0 ? [`${under} under way`] : [])];
  if (results === 0 || problem.pieces) return words.join(', ');
  const trials = trialsNow(study, state);
  const volume = hypervolumeOfTrials(trials, referenceOf(problem, trials));
  const front = frontOfTrials(trials).length;
  words.push(`${trials.length} trials`, `${front} on the front`, `hypervolume ${volume.toPrecision(4)}`);
  return words.join(', ');
}

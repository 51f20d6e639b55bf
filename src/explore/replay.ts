import { InputError } from '../base/index.ts';
import { faultOf } from '../search/index.ts';
import type { StudyEvent } from './events.ts';
import { begin, type Study, type StudyState, step } from './state.ts';

/** The state after the events of a record, which were checked one by one and here are checked together. */
export function replay(study: Study, [header, ...events]: readonly StudyEvent[], file: string): StudyState {
  const start = begin(study);
  // Its budget may have been another.
  const first = header?.event === 'study' ? { ...start, budget: header.settings.budget } : start;
  return events.reduce((state, event, i) => {
    const fault = faultIn(study, state, event);
    // The record's first line is its header.
    if (fault)
      throw new InputError({ file, path: [], rule: `line ${i + 2} ${fault}`, hint: 'take the file from a copy' });
    return step(study, state, event);
  }, first);
}

/** What is wrong with an event after those before it. */
function faultIn({ problem }: Study, { requests, trials }: StudyState, event: StudyEvent): string | undefined {
  switch (event.event) {
    case 'study':
      return 'begins another study';
    case 'asked': {
      const { request, trial, rung, point } = event;
      if (request !== requests.length) return `must be request ${requests.length}, got ${request}`;
      if ((rung === 0) !== (point !== undefined)) return 'must give a point with the first request of a trial';
      if (rung === 0 && trial !== trials.length) return `must be trial ${trials.length}, got ${trial}`;
      if (rung > 0 && trials[trial]?.asked !== rung) return 'asks for evidence out of turn';
      const wrong = point && faultOf(problem.space, point);
      return wrong && `holds no point of the space: ${wrong}`;
    }
    case 'added': {
      const wrong = faultOf(problem.space, event.point);
      return wrong && `adds no point of the space: ${wrong}`;
    }
    case 'found':
    case 'failed':
      if (!requests[event.request]) return `answers request ${event.request}, which was not asked for`;
      return requests[event.request]!.outcome ? `answers request ${event.request} again` : undefined;
    default:
      return undefined;
  }
}

import { canonical, type Fault, InputError, insist } from '../base/index.ts';
import { format, type Header, type StudyEvent } from './events.ts';
import type { JsonValue, Problem } from './problem.ts';
import type { Study } from './state.ts';

/** What the record of a study begins with: all that decides what is asked for and what comes of it. */
export function headerOf({ problem, settings }: Study, at: number): Header {
  const { space, objectives, constraints, rungs, identity = null, origin = null } = problem;
  return {
    event: 'study',
    schema: format,
    at,
    settings,
    space: [...space.variables],
    objectives: [...objectives],
    constraints: [...constraints],
    rungs: Number.isFinite(rungs) ? rungs : null,
    identity,
    origin,
  };
}

/** What the trials of a record are judged by, as its events say: the last that does. */
export function termsOf(events: readonly StudyEvent[]): Pick<Header, 'objectives' | 'constraints' | 'identity'> {
  const terms = events.findLast(({ event }) => event === 'judged' || event === 'study');
  if (terms?.event !== 'judged' && terms?.event !== 'study') throw new Error('internal: a record without a header');
  const { objectives, constraints, identity } = terms;
  return { objectives, constraints, identity };
}

/**
 * Refuses to go on with a study that is another one than its record says; only its budget may change, and what its trials
 * are judged by, where all evidence of the record says enough. Whether that is to change.
 */
export function insistSame(file: string, events: readonly StudyEvent[], wanted: Header, { lacks }: Problem): boolean {
  const [recorded] = events;
  if (recorded?.event !== 'study') throw new Error('internal: a record begins with another event');
  const terms = termsOf(events);
  const judged = differences(terms, wanted, [], []);
  const anew = judged.length > 0 && wanted.origin !== null && recorded.origin === wanted.origin;
  const faults = [
    ...differences(recorded.settings, wanted.settings, ['settings'], ['budget']),
    ...differences(recorded, wanted, [], ['settings', 'at', 'event', 'schema', ...Object.keys(terms)]),
    ...(anew ? [] : judged),
  ];
  if (faults.length > 0) throw new InputError(faults.map(fault => ({ ...fault, file })));
  if (anew) insistEnough(file, events, lacks);
  return anew;
}

/** Refuses objectives and constraints that evidence of a record says nothing of. */
function insistEnough(file: string, events: readonly StudyEvent[], lacks: Problem['lacks']): void {
  const rungs = new Map(events.flatMap(event => (event.event === 'asked' ? [[event.request, event.rung]] : [])));
  const missing = events.flatMap(event =>
    event.event === 'found' ? (lacks?.(event.evidence, rungs.get(event.request)!) ?? []) : [],
  );
  insist(missing.length === 0, {
    file,
    path: ['objectives'],
    rule: `need ${[...new Set(missing)].join(', ')}, which ${missing.length} pieces of evidence do not have`,
    hint: 'ask for what was measured, or begin a new study in another folder',
  });
}

function differences(
  recorded: object,
  wanted: object,
  path: readonly string[],
  besides: readonly string[],
): Omit<Fault, 'file'>[] {
  const values = wanted as Readonly<Record<string, JsonValue>>;
  return Object.entries(recorded as Readonly<Record<string, JsonValue>>)
    .filter(([name, value]) => !besides.includes(name) && canonical(value) !== canonical(values[name] ?? null))
    .map(([name]) => ({
      path: [...path, name],
      rule: 'is not what this study began with',
      value: values[name],
      hint: 'begin a new study in another folder, or change it back',
    }));
}

import { canonical, type Fault, InputError, insist } from '../base/index.ts';
import { format, type Header, type StudyEvent } from './events.ts';
import type { JsonValue, Problem } from './problem.ts';
import type { Study } from './state.ts';

/** The part of what a study is made of that its data are; parts below it are files of theirs. */
export const dataPart = 'experiment.data';

/** What the record of a study begins with: all that decides what is asked for and what comes of it. */
export function headerOf({ problem, settings }: Study, at: number): Header {
  const { space, objectives, constraints, rungs, identity = null, made = null } = problem;
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
    made,
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
  const others = partsChanged(recorded.made, wanted.made);
  const anew = judged.length > 0 && wanted.made !== null && others.length === 0;
  const faults = [
    ...differences(recorded.settings, wanted.settings, ['settings'], ['budget']),
    ...differences(recorded, wanted, [], ['settings', 'at', 'event', 'schema', 'made', ...Object.keys(terms)]),
    ...others,
    // Where parts say what differs, a name of all together says no more.
    ...(anew ? [] : judged.filter(({ path }) => others.length === 0 || path[0] !== 'identity')),
  ];
  if (faults.length > 0) throw new InputError(faults.map(fault => ({ ...fault, file })));
  if (anew) insistEnough(file, events, lacks);
  return anew;
}

/** What evidence comes from that is another now; of data the files, where they say it. */
function partsChanged(recorded: Header['made'], wanted: Header['made']): Omit<Fault, 'file'>[] {
  const names = [...new Set([...Object.keys(recorded ?? {}), ...Object.keys(wanted ?? {})])];
  const changed = names.filter(name => recorded?.[name] !== wanted?.[name]);
  const inside = changed.some(name => name.startsWith(`${dataPart}.`));
  return changed
    .filter(name => !(inside && name === dataPart))
    .map(name => ({
      path: name.split('.'),
      rule: name.startsWith(dataPart) ? 'holds other data than this study began with' : notTheSame,
      hint: name.startsWith(dataPart)
        ? 'put back the data of then, or begin a new study in another folder'
        : 'begin a new study in another folder, or change it back',
    }));
}

const notTheSame = 'is not what this study began with';

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
      rule: notTheSame,
      value: values[name],
      hint: 'begin a new study in another folder, or change it back',
    }));
}

import { canonical, type Fault, InputError } from '../base/index.ts';
import { format, type Header, type StudyEvent } from './events.ts';
import type { JsonValue } from './problem.ts';
import type { Study } from './state.ts';

/** What the record of a study begins with: all that decides what is asked for and what comes of it. */
export function headerOf({ problem, settings }: Study, at: number): Header {
  const { space, objectives, constraints, rungs, identity = null } = problem;
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
  };
}

/** Refuses to go on with a study that is another one than its record says; only its budget may change. */
export function insistSame(file: string, recorded: StudyEvent, wanted: Header): void {
  if (recorded.event !== 'study') throw new Error('internal: a record begins with another event');
  const faults = [
    ...differences(recorded.settings, wanted.settings, ['settings'], ['budget']),
    ...differences(recorded, wanted, [], ['settings', 'at', 'event', 'schema']),
  ];
  if (faults.length > 0) throw new InputError(faults.map(fault => ({ ...fault, file })));
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

import { check, InputError, WorkError } from '../../base/index.ts';
import { eventSchema, type StudyEvent } from '../events.ts';
import type { StudyRecord } from '../record.ts';
import type { Database, Sql } from './database.ts';

/** A study in a database: its name there, and who works on it. */
export interface DatabasePlace {
  readonly database: Database;
  readonly study: string;
  /** As people are told of it. */
  readonly holder: string;
}

/** A record of which it can also be said that the database has all of it, though perhaps not on its disk yet. */
export interface DatabaseRecord extends StudyRecord {
  written(): Promise<void>;
}

/**
 * The record of a study in a database, one event a row, with a copy in a file, which never has more. One process writes: it
 * holds a lock that goes with its connection. What only the file holds, as after work without a database, is taken over;
 * a file that says anything else is refused. Events are with the database at once and on its disk soon after, in their order,
 * as everything is that this connection says.
 */
export async function openDatabaseRecord(place: DatabasePlace, copy: StudyRecord): Promise<DatabaseRecord> {
  const { database, study } = place;
  await database.query('set synchronous_commit = off');
  await hold(place);
  const events = await eventsOf(database, study);
  const common = inCommon(place, events, copy.events);
  await insert(database, study, events.length, copy.events.slice(common));
  for (const event of events.slice(common)) copy.append(event);
  return writer(place, [...events, ...copy.events.slice(common)], copy);
}

/** How many events a record and its copy have both; refuses a copy of another study. */
export function inCommon(
  { database, study }: Pick<DatabasePlace, 'database' | 'study'>,
  events: readonly StudyEvent[],
  copy: readonly StudyEvent[],
): number {
  const common = Math.min(events.length, copy.length);
  const differs = events.slice(0, common).findIndex((event, i) => JSON.stringify(event) !== JSON.stringify(copy[i]));
  if (differs < 0) return common;
  throw new InputError({
    file: database.shown,
    path: [study],
    rule: `is not the study of this folder: event ${differs + 1} is another`,
    hint: 'name another folder',
  });
}

function writer(
  { database, study, holder }: DatabasePlace,
  events: readonly StudyEvent[],
  copy: StudyRecord,
): DatabaseRecord {
  let count = events.length;
  let added: StudyEvent[] = [];
  let writing: Promise<void> | undefined;
  let failure: unknown;
  const write = async (): Promise<void> => {
    while (added.length > 0) {
      const now = added;
      added = [];
      try {
        await insert(database, study, count, now);
        count += now.length;
        for (const event of now) copy.append(event);
      } catch (error) {
        failure ??= error;
      }
    }
    writing = undefined;
  };
  const written = async (): Promise<void> => {
    await writing;
    if (failure) throw failure;
  };
  const settle = async (): Promise<void> => {
    await written();
    // What was said before is on the disk once this is.
    await database.transaction(async sql => {
      await sql.query('set local synchronous_commit = on');
      await sql.query('update posterohm.study set holder = $2 where name = $1', [study, holder]);
    });
    await copy.settle();
  };
  return {
    events,
    append(event) {
      if (failure) throw failure;
      added.push(event);
      writing ??= write();
    },
    written,
    settle,
    async close() {
      try {
        await settle();
      } finally {
        await copy.close();
      }
    },
  };
}

/** Takes the lock of a study, which whoever is killed leaves within moments. */
async function hold({ database, study, holder }: DatabasePlace): Promise<void> {
  for (let left = 20; ; left--) {
    const [lock] = await database.query<{ held: boolean }>(
      "select pg_try_advisory_lock(hashtext('posterohm study'), hashtext($1)) as held",
      [study],
    );
    if (lock!.held) break;
    if (left === 0) {
      const [found] = await database.query<{ holder: string }>('select holder from posterohm.study where name = $1', [
        study,
      ]);
      throw new InputError({
        file: database.shown,
        path: [study],
        rule: `is being worked on by ${found?.holder ?? 'a process that has not said which'}`,
        hint: 'wait for it or stop it; one process coordinates a study, and any number of workers work on it',
      });
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  await database.query(
    'insert into posterohm.study (name, holder) values ($1, $2) on conflict (name) do update set holder = excluded.holder',
    [study, holder],
  );
}

/** Events of a study, oldest first. */
export async function eventsOf(sql: Sql, study: string): Promise<readonly StudyEvent[]> {
  const rows = await sql.query<{ event: string }>(
    'select event from posterohm.event where study = $1 order by number',
    [study],
  );
  return rows.map(({ event }, i) => {
    try {
      return check(eventSchema, JSON.parse(event));
    } catch (error) {
      throw error instanceof InputError ? error.at(study, i + 1) : error;
    }
  });
}

/** Writes events from a number on: all of them or none. A number that is taken says that another process writes. */
async function insert(sql: Sql, study: string, from: number, events: readonly StudyEvent[]): Promise<void> {
  if (events.length === 0) return;
  await sql
    .query(
      `insert into posterohm.event (study, number, event)
       select $1, $2 + place - 1, event from unnest($3::text[]) with ordinality as added (event, place)`,
      [study, from, events.map(event => JSON.stringify(event))],
    )
    .catch(error => {
      throw new WorkError(`${study}: its record cannot be written. ${(error as Error).message}`);
    });
}

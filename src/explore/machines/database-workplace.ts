import { hostname } from 'node:os';
import { addressOf } from '../../base/index.ts';
import type { Crew } from '../crew.ts';
import type { StudyRecord } from '../record.ts';
import { openDatabase } from './database.ts';
import { databaseCrew } from './database-crew.ts';
import { openDatabaseRecord } from './database-record.ts';
import { Jobs } from './jobs.ts';
import { workOf } from './placed-work.ts';

/** A study in a database, by the name that it has there. */
export interface SharedStudy {
  /** `postgres://USER@HOST:PORT/DATABASE`. */
  readonly address: string;
  readonly study: string;
}

/** What all who work on a study must have in common, and how they work. */
export interface CommonWork {
  readonly module: URL;
  readonly build: string;
  readonly kernels: string;
  /** Names the experiment and data of the problem, where it has them. */
  readonly identity: string | undefined;
  /** Requests under way at once. */
  readonly places: number;
  /** Seconds after which a request is stopped and counts as failed. */
  readonly limit: number | undefined;
}

/** Where a study is kept and worked on. */
export interface DatabaseWorkplace {
  readonly record: StudyRecord;
  /** Those who work: workers of any machine, once they come. */
  crew(work: CommonWork): Promise<Crew>;
  /** Leaves what waits to the workers, unless the study is done. */
  close(done: boolean): Promise<void>;
}

/** Opens a study in a database for its one coordinator, with a copy of its record in a file. */
export async function openDatabaseWorkplace(
  { address, study }: SharedStudy,
  copy: StudyRecord,
): Promise<DatabaseWorkplace> {
  const database = await openDatabase(address);
  try {
    const jobs = await Jobs.open(database);
    const holder = `process ${process.pid} of ${hostname()}`;
    const record = await openDatabaseRecord({ database, study, holder }, copy);
    let queue: string | undefined;
    const closeQueue = async (name: string): Promise<void> => {
      const [events] = await database.query<{ count: number }>(
        'select count(*)::integer as count from posterohm.event where study = $1',
        [study],
      );
      await jobs.closeQueue(name, events!.count);
    };
    return {
      record,
      async crew({ module, build, kernels, identity, places, limit }) {
        // Of two studies of one name, and of two builds, none takes the other's answers.
        const [header] = await database.query<{ event: string }>(
          'select event from posterohm.event where study = $1 and number = 0',
          [study],
        );
        queue = `study_${addressOf({ study, build, kernels, identity, began: header!.event }).slice(0, 24)}`;
        const [before] = await database.query<{ queue: string | null }>(
          'select queue from posterohm.study where name = $1',
          [study],
        );
        if (before?.queue && before.queue !== queue) await closeQueue(before.queue);
        await jobs.openQueue(queue);
        const crew = await databaseCrew({ database, jobs, queue, places, written: record.written });
        await database.query(
          `update posterohm.study
           set queue = $2, build = $3, kernels = $4, identity = $5, work = $6, seconds = $7 where name = $1`,
          [study, queue, build, kernels, identity ?? null, JSON.stringify(await workOf(module)), limit ?? null],
        );
        return crew;
      },
      async close(done) {
        try {
          await record.close();
          if (!done || queue === undefined) return;
          await database.query('update posterohm.study set queue = null where name = $1', [study]);
          await closeQueue(queue);
        } finally {
          await database.close();
        }
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

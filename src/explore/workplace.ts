import { join } from 'node:path';
import { insist } from '../base/index.ts';
import { type Crew, ownCrew } from './crew.ts';
import { type DatabaseWorkplace, openDatabaseWorkplace, type SharedStudy } from './machines/database-workplace.ts';
import type { Problem } from './problem.ts';
import { processCrew } from './process-crew.ts';
import { holdAlone, openRecord, passingRecord, recordName, type StudyRecord } from './record.ts';
import type { Study } from './state.ts';
import type { StudyOptions } from './study.ts';

/** What a build is, beside the problem and the request, that may change a result. */
export interface Build {
  readonly build: string;
  readonly kernels: string;
}

/** Where a study is kept and who works on it. */
export interface Workplace {
  readonly record: StudyRecord;
  crew(here: Build): Promise<Crew>;
  /** Ends the work on the study, which may be done. */
  close(done: boolean): Promise<void>;
}

export const fileIn = (folder: string | undefined): string =>
  folder === undefined ? recordName : join(folder, recordName);

/** Has a study's folder alone: its search, those of its baselines and its confirmation have records of their own. */
export const holdStudy = (folder: string) => holdAlone(join(folder, 'explore.lock'), folder);

/** Opens where the options have a study kept. */
export async function openWorkplace(
  searched: Problem | URL,
  { problem, settings }: Study,
  { folder, database, processes = 1, limit }: StudyOptions,
): Promise<Workplace> {
  const kept = await openKept(folder, database);
  const { record, close } = kept;
  if (!('crew' in kept)) {
    const crew = async () =>
      searched instanceof URL
        ? processCrew({ module: searched, processes, ...(limit && { limit }) })
        : ownCrew(problem, limit);
    return { record, crew, close };
  }
  // Choices wait for those inside the window, so that more places would stay empty.
  const places = settings.window + 1;
  const common = { module: searched as URL, identity: problem.identity, places, limit };
  return { record, crew: here => kept.crew({ ...common, ...here }), close };
}

/** Opens the record of a study to write: in a folder, in a database with a copy in a folder, or nowhere. */
export async function openKept(
  folder: string | undefined,
  database: SharedStudy | undefined,
): Promise<Pick<Workplace, 'record' | 'close'> | DatabaseWorkplace> {
  const own = folder === undefined ? passingRecord() : await openRecord(fileIn(folder));
  if (!database) return { record: own, close: () => own.close() };
  try {
    return await openDatabaseWorkplace(database, own);
  } catch (error) {
    await own.close();
    throw error;
  }
}

/** Refuses options that do not say who is to work. */
export function checkWorkplace(
  searched: Problem | URL,
  { processes = 1, limit, database, folder }: StudyOptions,
): void {
  insist(Number.isInteger(processes) && processes >= 1, {
    path: ['processes'],
    rule: 'must be a whole number, at least 1',
    value: processes,
  });
  insist(limit === undefined || limit > 0, { path: ['limit'], rule: 'must be more than 0 seconds', value: limit });
  if (searched instanceof URL) {
    insist(!database || folder !== undefined, {
      path: ['folder'],
      rule: 'is missing: a study in a database keeps a copy of its record in a folder',
      hint: 'add it',
    });
    return;
  }
  insist(!database && processes === 1, {
    path: [database ? 'database' : 'processes'],
    rule: 'a problem in this process cannot be sent to others',
    value: database ? undefined : processes,
    hint: 'export it by default from a module of its own, and give the URL of that',
  });
}

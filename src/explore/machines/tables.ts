import { InputError } from '../../base/index.ts';
import type { Database, Sql } from './database.ts';

/** The format of our tables; another is refused. */
const format = 1;

/** The schema of our tables, and that of pg-boss. */
const schema = 'posterohm';
export const jobsSchema = 'posterohm_jobs';

/**
 * `study`: what those who work must know of a study, by its name; `queue` is null while nobody coordinates it and nothing of
 * it waits. `event`: its record. `worker`: who works, what it was given, and when it last gave a sign of life.
 */
const tables = `
  create schema if not exists ${schema};
  create table ${schema}.format (number integer not null);
  insert into ${schema}.format values (${format});
  create table ${schema}.study (
    name text primary key,
    holder text not null,
    queue text unique,
    build text not null default '',
    kernels text not null default '',
    identity text,
    work text not null default 'null',
    seconds double precision
  );
  create table ${schema}.event (
    study text not null references ${schema}.study on delete cascade,
    number integer not null,
    event text not null,
    primary key (study, number)
  );
  create table ${schema}.worker (
    id uuid primary key,
    name text not null,
    beat timestamptz not null,
    patience double precision not null,
    holds json not null
  );`;

/** Does work that only one process at a time may do in a database, such as making tables. */
export async function alone<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const lock = "hashtext('posterohm tables'), 0";
  await database.query(`select pg_advisory_lock(${lock})`);
  try {
    return await work();
  } finally {
    if (!database.lost.aborted) await database.query(`select pg_advisory_unlock(${lock})`);
  }
}

/** Makes our tables where there are none; refuses those of another format. */
export async function prepareTables(database: Database): Promise<void> {
  const refuse = (rule: string, hint: string): InputError =>
    new InputError({ file: database.shown, path: [], rule, hint });
  try {
    await database.transaction(async sql => {
      if (!(await formatOf(sql))) await sql.query(tables);
    });
  } catch (error) {
    database.lost.throwIfAborted();
    const { message } = (error as Error).cause as Error;
    const hint = `use a database whose user may create schemas, and that has no other schema named ${schema}`;
    throw refuse(`cannot hold studies (${message})`, hint);
  }
  const [found] = (await formatOf(database))!;
  if (found?.number === format) return;
  throw refuse(
    `holds studies in format ${found?.number}, and this version of posterohm reads ${format}`,
    'use the version that wrote them, or another database',
  );
}

const formatOf = async (sql: Sql): Promise<readonly { readonly number: number }[] | undefined> => {
  const [there] = await sql.query<{ name: string | null }>(`select to_regclass('${schema}.format') as name`);
  return there?.name ? sql.query(`select number from ${schema}.format`) : undefined;
};

import type { Option, Verb } from './verb.ts';

/** The option of verbs that find studies in a database. */
export const databaseOption: Option = {
  flags: '--db <address>',
  summary: 'the database of the studies, postgres://USER@HOST:PORT/DATABASE; that of POSTEROHM_DB by default',
};

/** The database that the command line or else the environment names. */
export const databaseOf = ({ db = process.env.POSTEROHM_DB }: Parameters<Verb['run']>[1]): string | undefined =>
  db ? String(db) : undefined;

import type { Client } from 'pg';
import { InputError, WorkError, withoutPassword } from '../../base/index.ts';

/** What SQL is said to: a connection, or a transaction of it. */
export interface Sql {
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** One connection to PostgreSQL. What is said to it is done in the order it is said. */
export interface Database extends Sql {
  /** Its address without the password: what people are shown. */
  readonly shown: string;
  /** Aborts, with a `WorkError`, where the connection is lost. */
  readonly lost: AbortSignal;
  /** All of the work or nothing. Nothing else is said in between. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Hears what other connections, or this one, announce. */
  listen(hear: (announced: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** Where everything is announced. */
const channel = 'posterohm';

/** Tells all who listen, once the transaction is done. */
export const announce = (sql: Sql, what: string): Promise<unknown> =>
  sql.query('select pg_notify($1, $2)', [channel, what]);

/** Milliseconds to wait for a connection. */
const patience = 10_000;

/** Connects to `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; what is missing comes from PGUSER, PGPASSWORD and so on. */
export async function openDatabase(address: string): Promise<Database> {
  const shown = withoutPassword(address);
  const refuse = (rule: string, hint: string): InputError => new InputError({ file: shown, path: [], rule, hint });
  if (!/^postgres(ql)?:\/\//.test(address)) {
    throw refuse('must begin with postgres://', 'give postgres://USER@HOST:PORT/DATABASE');
  }
  const { default: pg } = await import('pg');
  let client: Client;
  try {
    client = new pg.Client({
      connectionString: address,
      connectionTimeoutMillis: patience,
      keepAlive: true,
      application_name: 'posterohm',
    });
  } catch {
    throw refuse('is no address of a database', 'give postgres://USER@HOST:PORT/DATABASE');
  }
  const lost = new AbortController();
  const lose = (why: string) =>
    lost.abort(new WorkError(`${shown}: the connection was lost (${why}); run the same command again.`));
  client.on('error', error => lose(error.message));
  client.on('end', () => lose('it was closed'));
  try {
    await client.connect();
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    throw refuse(`cannot be reached (${message || code})`, 'start it, or correct the address, user or password');
  }
  return connected(client, shown, lost.signal);
}

function connected(client: Client, shown: string, lost: AbortSignal): Database {
  const said = async <Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> => {
    lost.throwIfAborted();
    try {
      // Several statements at once have no values.
      const result = await (values.length > 0 ? client.query(text, [...values]) : client.query(text));
      return ((result as { rows?: Row[] }).rows ?? []) as Row[];
    } catch (error) {
      lost.throwIfAborted();
      throw new WorkError(`${shown}: ${(error as Error).message}; run the same command again.`, { cause: error });
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const own = last.then(work);
    last = own.catch(() => {});
    return own;
  };
  return {
    shown,
    lost,
    query: (text, values) => inTurn(() => said(text, values)),
    transaction: work =>
      inTurn(async () => {
        // What failed counts, even where those who asked for it took no notice.
        const failures: unknown[] = [];
        const query: Sql['query'] = (text, values) =>
          said<never>(text, values).catch(error => {
            failures.push(error);
            throw error;
          });
        await said('begin');
        try {
          const result = await work({ query });
          if (failures.length > 0) throw failures[0];
          await said('commit');
          return result;
        } catch (error) {
          if (!lost.aborted) await said('rollback').catch(() => {});
          throw failures[0] ?? error;
        }
      }),
    async listen(hear) {
      client.on('notification', ({ payload }) => hear(payload ?? ''));
      await inTurn(() => said(`listen ${channel}`));
    },
    close: () => last.then(() => client.end()).catch(() => {}),
  };
}

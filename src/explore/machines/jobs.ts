import type PgBoss from 'pg-boss';
import { addressOf } from '../../base/index.ts';
import type { Answer } from '../crew.ts';
import type { Request } from '../problem.ts';
import { announce, type Database, type Sql } from './database.ts';
import { alone, jobsSchema, prepareTables } from './tables.ts';

/** Workers that a request may kill before it counts as failed. */
const DEATHS = 3;

/** A request that a worker was given. */
export interface Taken {
  readonly queue: string;
  readonly id: string;
  readonly request: Request;
}

/** A worker as the others know it. */
export interface Registered {
  readonly id: string;
  /** As people are told of it. */
  readonly name: string;
  /** Seconds without a sign of life after which it counts as dead. */
  readonly patience: number;
}

/**
 * Requests of studies as jobs of pg-boss, one each, in a queue for each study and build. A job that is completed holds its
 * answer, so that both are written in one statement or not at all. None of its timers run: what is lost is found by signs
 * of life alone.
 */
export class Jobs {
  readonly #database: Database;
  readonly #boss: PgBoss;

  private constructor(database: Database, boss: PgBoss) {
    this.#database = database;
    this.#boss = boss;
  }

  /** The jobs of a database, which is made ready for studies where it is not. */
  static async open(database: Database): Promise<Jobs> {
    const { default: Boss } = await import('pg-boss');
    const boss = new Boss({ db: bossOn(database), schema: jobsSchema, supervise: false, schedule: false });
    await alone(database, async () => {
      await prepareTables(database);
      await boss.start();
    });
    return new Jobs(database, boss);
  }

  openQueue = (queue: string): Promise<void> => this.#boss.createQueue(queue, { name: queue, retryLimit: DEATHS - 1 });

  /** Drops a queue of no more than so many requests with all that is in it. */
  async closeQueue(queue: string, requests: number): Promise<void> {
    const ids = Array.from({ length: requests }, (_, number) => idOf(queue, number));
    if (ids.length > 0) await this.#boss.deleteJob(queue, ids);
    await this.#boss.deleteQueue(queue);
  }

  waiting = (queue: string): Promise<number> => this.#boss.getQueueSize(queue);

  /** Puts requests up for work, those that are there already as they are, and tells the workers. */
  async send(queue: string, requests: readonly Request[]): Promise<void> {
    const jobs = requests.map(request => jobOf(queue, request, DEATHS - 1));
    await this.#database.transaction(async sql => {
      await this.#boss.insert(jobs, { db: bossOn(sql) });
      await announce(sql, `work ${queue}`);
    });
  }

  /** What came of a request; undefined while nothing has. */
  async answerTo(queue: string, number: number): Promise<Answer | undefined> {
    const job = await this.#boss.getJobById(queue, idOf(queue, number));
    if (job?.state === 'completed') return JSON.parse((job.output as { answer: string }).answer) as Answer;
    if (job?.state !== 'failed') return undefined;
    return { reason: 'killed', error: `killed ${DEATHS} workers; ${(job.output as { last: string }).last}` };
  }

  /** Gives a worker that holds these so many requests more. */
  take(worker: Registered, queue: string, holds: readonly Taken[], most: number): Promise<Taken[]> {
    return this.#database.transaction(async sql => {
      await signOfLife(sql, worker, holds);
      const jobs = await this.#boss.fetch<{ request: string }>(queue, {
        batchSize: most,
        ignoreStartAfter: true,
        db: bossOn(sql),
      });
      const taken = jobs.map(({ id, data }) => ({ queue, id, request: JSON.parse(data.request) as Request }));
      if (taken.length > 0) await signOfLife(sql, worker, [...holds, ...taken]);
      return taken;
    });
  }

  /** Writes down the answer to a request that a worker held, unless it has one; `holds` is what remains. */
  finish(worker: Registered, { queue, id, request }: Taken, answer: Answer, holds: readonly Taken[]): Promise<void> {
    return this.#database.transaction(async sql => {
      await signOfLife(sql, worker, holds);
      await this.#boss.complete(queue, id, { answer: JSON.stringify(answer) }, { db: bossOn(sql) });
      await announce(sql, `done ${queue} ${request.number}`);
    });
  }

  /** A worker leaves, and what it holds goes to others; that counts against no request. */
  leave(worker: Registered, holds: readonly Taken[]): Promise<void> {
    return this.#database.transaction(async sql => {
      const gone = await sql.query('delete from posterohm.worker where id = $1 returning id', [worker.id]);
      if (gone.length === 0) return;
      const db = bossOn(sql);
      for (const { queue, id, request } of holds) {
        const job = await this.#boss.getJobById(queue, id, { db, includeArchive: false });
        if (job?.state !== 'active') continue;
        await this.#boss.deleteJob(queue, id, { db });
        await this.#boss.insert([jobOf(queue, request, job.retryLimit - job.retryCount)], { db });
        await announce(sql, `work ${queue}`);
      }
    });
  }

  /** A worker still lives. False where others have counted it as dead: what it held is no longer its own. */
  async live(worker: Registered): Promise<boolean> {
    const known = await this.#database.query(
      'update posterohm.worker set beat = clock_timestamp() where id = $1 returning id',
      [worker.id],
    );
    return known.length > 0;
  }

  /** Gives what dead workers held to others, or fails what has killed too many. */
  bury(): Promise<void> {
    return this.#database.transaction(async sql => {
      const dead = await sql.query<{ name: string; holds: readonly Taken[] }>(
        `delete from posterohm.worker where beat < clock_timestamp() - patience * interval '1 second' returning name, holds`,
      );
      for (const { name, holds } of dead) {
        for (const { queue, id, request } of holds) {
          const last = `${name} gave no more sign of life`;
          await this.#boss.fail(queue, id, { last }, { db: bossOn(sql) });
          await announce(sql, `work ${queue}`);
          await announce(sql, `done ${queue} ${request.number}`);
        }
      }
    });
  }

  /** How many workers live. */
  async workers(): Promise<number> {
    const [found] = await this.#database.query<{ count: number }>(
      'select count(*)::integer as count from posterohm.worker',
    );
    return found!.count;
  }
}

/** Says that a worker lives and what it holds. Comes first in every transaction, so that none waits for another in a ring. */
const signOfLife = (sql: Sql, { id, name, patience }: Registered, holds: readonly Taken[]): Promise<unknown> =>
  sql.query(
    `insert into posterohm.worker (id, name, beat, patience, holds) values ($1, $2, clock_timestamp(), $3, $4)
     on conflict (id) do update set beat = excluded.beat, holds = excluded.holds`,
    [id, name, patience, JSON.stringify(holds)],
  );

/** A request as a job. Text, for the database keeps no order of fields. */
const jobOf = (queue: string, request: Request, retryLimit: number): PgBoss.JobInsert => ({
  id: idOf(queue, request.number),
  name: queue,
  data: { request: JSON.stringify(request) },
  retryLimit,
});

/** A request of a queue has one job, whoever asks for it and however often. */
const idOf = (queue: string, request: number): string =>
  addressOf({ queue, request })
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const bossOn = (sql: Sql): PgBoss.Db => ({
  executeSql: async (text, values) => ({ rows: [...(await sql.query(text, values))] }),
});

import { setMaxListeners } from 'node:events';
import type { Job } from '../../base/index.ts';
import type { Answer, Crew } from '../crew.ts';
import type { Request } from '../problem.ts';
import type { Database } from './database.ts';
import type { Jobs } from './jobs.ts';

export interface DatabaseCrewOptions {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly queue: string;
  /** Requests under way at once. */
  readonly places: number;
  /** Waits until what was decided before is written down. */
  readonly written: () => Promise<void>;
  /** Milliseconds between two looks for dead workers. */
  readonly look?: number;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Workers of any machine that reaches the database. Requests that come at once are put up for work at once. */
export async function databaseCrew(options: DatabaseCrewOptions): Promise<Crew> {
  const { database, jobs, queue, places, written, look = 1000 } = options;
  const waiting = new Map<number, Waiting>();
  const failAll = (error: unknown) => {
    for (const { reject } of waiting.values()) reject(error);
  };
  const attempt = (work: Promise<unknown>) => void work.catch(failAll);
  const lookAt = async (number: number): Promise<void> => {
    const answer = await jobs.answerTo(queue, number);
    if (answer) waiting.get(number)?.resolve(answer);
  };

  await database.listen(announced => {
    const [what, whose, number] = announced.split(' ');
    if (what === 'done' && whose === queue && waiting.has(Number(number))) attempt(lookAt(Number(number)));
  });
  let workers: number | undefined;
  const lookAfter = async (): Promise<void> => {
    await jobs.bury();
    workers = await jobs.workers();
  };
  const looking = setInterval(() => attempt(lookAfter()), look);
  const lose = () => failAll(database.lost.reason);
  database.lost.addEventListener('abort', lose, { once: true });

  let together: Request[] | undefined;
  const send = async (requests: readonly Request[]): Promise<void> => {
    await written();
    await jobs.send(queue, requests);
    // One that was asked for before may have been answered since.
    for (const { number } of requests) await lookAt(number);
  };
  const sendSoon = (request: Request): void => {
    if (together) return void together.push(request);
    const own = [request];
    together = own;
    setImmediate(() => {
      together = undefined;
      attempt(send(own));
    });
  };

  return {
    places,
    async work(request: Request, { signal }: Job) {
      signal.throwIfAborted();
      // Any number of requests may wait under one signal.
      setMaxListeners(0, signal);
      database.lost.throwIfAborted();
      const stop = () => waiting.get(request.number)?.reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await new Promise<Answer>((resolve, reject) => {
          waiting.set(request.number, { resolve, reject });
          sendSoon(request);
        });
      } finally {
        signal.removeEventListener('abort', stop);
        waiting.delete(request.number);
      }
    },
    remark: () => (workers === 0 ? 'nobody works on it yet, start posterohm worker' : undefined),
    async close() {
      clearInterval(looking);
      database.lost.removeEventListener('abort', lose);
    },
  };
}

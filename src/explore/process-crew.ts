import { usedModules } from '../run/index.ts';
import { openPool, ProcessEnded } from '../workers/index.ts';
import { type Answer, type Crew, limited, tooLong } from './crew.ts';
import { buildOfModule } from './problem-module.ts';

/** Node runs compiled files alone: where these are the sources, children run those of `dist`, another build. */
const compiled = import.meta.url.endsWith('.js');
const entry = new URL(compiled ? './serve.js' : '../../dist/explore/serve.js', import.meta.url);

/** Processes that a request may kill before it counts as failed. */
const DEATHS = 3;

export interface ProcessCrewOptions {
  /** Module that exports the problem by default. */
  readonly module: URL;
  readonly processes: number;
  /** The identity that the problem must have: children refuse another, such as that of other data. */
  readonly identity?: string;
  /** Seconds after which a request is stopped and counts as failed. */
  readonly limit?: number;
}

/** Child processes of this machine. Where one is killed, another repeats its request, to the same result. */
export function processCrew({ module, processes, identity, limit }: ProcessCrewOptions): Crew {
  const handlers = new URL(entry);
  handlers.searchParams.set('problem', module.href);
  for (const { href } of usedModules()) handlers.searchParams.append('use', href);
  if (identity !== undefined) handlers.searchParams.set('identity', identity);
  const pool = openPool({ handlers, slots: processes, ...(compiled && { build: buildOfModule(module) }) });
  return {
    places: processes,
    async work(request, job) {
      const task = { id: `${request.number}`, kind: 'request', payload: request };
      for (let deaths = 1; ; deaths++) {
        const own = limited(job, limit);
        try {
          // A process says that it has begun: starting it and reading data do not count.
          return (await pool.run(task, { ...own.job, progress: own.begin })) as Answer;
        } catch (error) {
          job.signal.throwIfAborted();
          if (own.isLate()) return tooLong(limit!);
          if (!(error instanceof ProcessEnded)) throw error;
          if (deaths === DEATHS) return { reason: 'killed', error: `killed ${DEATHS} processes; ${error.message}` };
        } finally {
          own.end();
        }
      }
    },
    close: () => pool.close(),
  };
}

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Job, jobOf } from '../../base/index.ts';
import type { Crew } from '../crew.ts';
import type { StudySource } from '../designs/study-folder.ts';
import { processCrew } from '../process-crew.ts';
import { type Database, openDatabase } from './database.ts';
import { Jobs, type Registered, type Taken } from './jobs.ts';
import { type KnownStudy, moduleFor, studyWithWork } from './known-study.ts';

export interface WorkerOptions {
  /** `postgres://USER@HOST:PORT/DATABASE`. */
  readonly address: string;
  readonly processes: number;
  /** The one study to work on, with its confirmation; all that have work by default. */
  readonly study?: string;
  /** Module of the problem of a study that a program coordinates. */
  readonly problem?: URL;
  /** Folder for what is needed of studies while they are worked on. */
  readonly folder: string;
  /** Where paths of experiments start; where they do for the coordinator by default. */
  readonly data?: string;
  /** Where trained posteriors are kept. */
  readonly store: StudySource['store'];
  /** Seconds without work after which the worker ends; it waits for ever by default. */
  readonly idle?: number;
  /** Seconds between two signs of life; after five that are missing others take over. 3 by default. */
  readonly beat?: number;
  readonly job: Job;
  /** Hears of every piece of work that is done. */
  readonly finished?: (study: string, count: number) => void;
}

/** Signs of life that may be missing. */
const MISSING = 5;

/** Milliseconds between two looks for work that nobody announced. */
const LOOK = 5000;

/**
 * Works on the studies of a database until it is to stop, and says how many pieces of work it did. This process computes
 * nothing: it takes requests, hands them to its children, writes down their answers and gives signs of life.
 */
export async function work(options: WorkerOptions): Promise<number> {
  const { address, beat = 3, job } = options;
  const database = await openDatabase(address);
  try {
    const jobs = await Jobs.open(database);
    const name = `process ${process.pid} of ${hostname()}`;
    const worker = new Worker(options, database, jobs, { id: randomUUID(), name, patience: MISSING * beat });
    const beating = setInterval(() => void worker.beat().catch(() => {}), 1000 * beat);
    try {
      return await worker.work(job);
    } finally {
      clearInterval(beating);
      await worker.leave();
    }
  } finally {
    await database.close();
  }
}

class Worker {
  readonly #options: WorkerOptions;
  readonly #database: Database;
  readonly #jobs: Jobs;
  readonly #self: Registered;
  /** What this worker was given and has not answered yet. */
  readonly #under = new Map<Taken, Promise<void>>();
  readonly #stop = new AbortController();
  /** Of what it was given, what counts as its own. */
  #holds: Taken[] = [];
  #crew: { readonly study: KnownStudy; readonly crew: Crew } | undefined;
  #done = 0;
  #failure: unknown;
  #wake: () => void = () => {};

  constructor(options: WorkerOptions, database: Database, jobs: Jobs, self: Registered) {
    this.#options = options;
    this.#database = database;
    this.#jobs = jobs;
    this.#self = self;
  }

  async beat(): Promise<void> {
    if (!(await this.#jobs.live(this.#self))) this.#holds = [];
  }

  async work({ signal }: Job): Promise<number> {
    const { processes, idle = Number.POSITIVE_INFINITY } = this.#options;
    const stop = AbortSignal.any([signal, this.#database.lost]);
    stop.addEventListener('abort', () => this.#wake(), { once: true });
    await this.#database.listen(announced => {
      if (announced.startsWith('work ')) this.#wake();
    });
    let rested = performance.now();
    for (;;) {
      stop.throwIfAborted();
      if (this.#failure) throw this.#failure;
      // Whatever is announced from here on is looked for once more.
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      const free = processes - this.#under.size;
      if (free > 0) for (const taken of await this.#take(free)) this.#begin(taken);
      if (this.#under.size > 0) rested = performance.now();
      const left = 1000 * idle - (performance.now() - rested);
      if (left <= 0) return this.#done;
      let timer: NodeJS.Timeout | undefined;
      const waited = new Promise<void>(resolve => {
        timer = setTimeout(resolve, Math.min(LOOK, left));
      });
      await Promise.race([woken, waited]);
      clearTimeout(timer);
    }
  }

  /** Ends what is under way; it goes to others. */
  async leave(): Promise<void> {
    this.#stop.abort();
    if (!this.#database.lost.aborted) await this.#jobs.leave(this.#self, this.#holds).catch(() => {});
    await this.#crew?.crew.close();
    await Promise.allSettled(this.#under.values());
  }

  async #take(most: number): Promise<Taken[]> {
    const study = this.#under.size > 0 ? this.#crew!.study : await this.#choose();
    if (!study) return [];
    if (this.#crew?.study.queue !== study.queue) await this.#open(study);
    const taken = await this.#jobs.take(this.#self, study.queue, this.#holds, most);
    this.#holds.push(...taken);
    return taken;
  }

  #choose(): Promise<KnownStudy | undefined> {
    return studyWithWork({
      database: this.#database,
      jobs: this.#jobs,
      only: this.#options.study,
      last: this.#crew?.study.queue,
      moduleOf: study => moduleFor(study, this.#options),
    });
  }

  async #open(study: KnownStudy): Promise<void> {
    await this.#crew?.crew.close();
    const module = (await moduleFor(study, this.#options))!;
    const { identity, seconds } = study;
    const crew = processCrew({
      module,
      processes: this.#options.processes,
      ...(identity !== null && { identity }),
      ...(seconds !== null && { limit: seconds }),
    });
    this.#crew = { study, crew };
  }

  #begin(taken: Taken): void {
    const { crew, study } = this.#crew!;
    const drop = () => {
      this.#holds = this.#holds.filter(held => held !== taken);
    };
    const run = async (): Promise<void> => {
      const answer = await crew.work(taken.request, jobOf({ signal: this.#stop.signal }));
      drop();
      await this.#jobs.finish(this.#self, taken, answer, this.#holds);
      this.#done++;
      this.#options.finished?.(study.name, this.#done);
    };
    const running = run()
      .catch(error => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#under.delete(taken);
        this.#wake();
      });
    this.#under.set(taken, running);
  }
}

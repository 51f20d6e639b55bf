/** A number by which work under way is watched, such as its loss, as it was at a step. */
export interface TracePoint {
  /** What the number is. */
  readonly trace: string;
  /** Which of several lines of the same number, such as a chain; the only one where absent. */
  readonly line?: string;
  readonly step: number;
  readonly value: number;
}

/** How a long piece of work may use the machine, tells how far it is, keeps its place and learns that it is to stop. */
export interface Job {
  readonly signal: AbortSignal;
  /** Cores that the work may use; results do not depend on it. */
  readonly threads: number;
  /** Processes that parts of the work may be given to; it does everything itself where absent. */
  readonly pool?: Pool;
  /** Where the work keeps its place, so that it can be taken up again to the same bits. */
  readonly checkpoint?: Checkpoint;
  /** The same job under the name of one of its parts, for what people are shown; one name for all where absent. */
  named?(label: string): Job;
  /** Says how far the work is, 0…1, with a short note such as the current loss, and what its traces came to since it said so last. */
  progress(fraction: number, note?: string, points?: readonly TracePoint[]): void;
  /**
   * Gives other work a turn of the event loop where the last one is 30 ms ago, and throws the signal's reason once it is
   * aborted. Long loops call it between pieces of a few milliseconds: `const turn = job.turn(); if (turn) await turn;`
   */
  turn(): void | Promise<void>;
}

/** Bytes that say how far a piece of work is. Absent where nothing was kept. */
export interface Checkpoint {
  /** What to call it in messages, such as its file. */
  readonly name?: string;
  load(): Promise<Uint8Array | undefined>;
  save(bytes: Uint8Array): Promise<void>;
}

/** A piece of work as another process takes it: plain JSON and typed arrays, copied as structured clones are. */
export interface Task {
  /** Names the work in messages, beside its kind. */
  readonly id: string;
  /** What kind of work it is: names the handler on the other side. */
  readonly kind: string;
  readonly payload: unknown;
}

/** Processes that take tasks. */
export interface Pool {
  /** Signal, progress and checkpoint of the job serve the task; its threads are the pool's to say. */
  run(task: Task, job: Job): Promise<unknown>;
  /** Ends all processes; tasks under way fail. */
  close(): Promise<void>;
}

/** Milliseconds between two turns of the event loop. */
const interval = 30;

/** A job with what is given; by default it runs on one thread, cannot be stopped and nobody watches. */
export function jobOf(given: Partial<Omit<Job, 'turn'>> = {}): Job {
  const signal = given.signal ?? new AbortController().signal;
  let last = performance.now();
  return {
    threads: 1,
    progress: () => {},
    ...given,
    signal,
    turn() {
      signal.throwIfAborted();
      if (performance.now() - last < interval) return;
      return new Promise<void>(resolve => setTimeout(resolve, 0)).then(() => {
        last = performance.now();
        signal.throwIfAborted();
      });
    },
  };
}

/** The part [from, to] of a larger piece of work. */
export function partOf(job: Job, from: number, to: number): Job {
  return { ...job, progress: (fraction, ...said) => job.progress(from + (to - from) * fraction, ...said) };
}

/**
 * Runs pieces 0 … count − 1 side by side, each under the job it gets. Once one fails the others are told to stop; when all have
 * ended, its error is thrown.
 */
export async function sideBySide<T>(
  count: number,
  job: Job,
  run: (index: number, job: Job) => Promise<T>,
): Promise<T[]> {
  const failure = new AbortController();
  const signal = AbortSignal.any([job.signal, failure.signal]);
  const own = jobOf({ ...job, signal });
  const results: T[] = [];
  const one = async (index: number) => {
    try {
      results[index] = await run(index, own);
    } catch (error) {
      failure.abort(error);
    }
  };
  await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  signal.throwIfAborted();
  return results;
}

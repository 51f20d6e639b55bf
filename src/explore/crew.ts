import { formatDuration, InputError, type Job, jobOf, WorkError } from '../base/index.ts';
import type { Reason } from './events.ts';
import type { Evidence, Problem, Request } from './problem.ts';

/** What came of a request. */
export type Answer = { readonly evidence: Evidence } | { readonly reason: Reason; readonly error: string };

/**
 * Who works on requests: takes them and says what came of each. The study's record is no concern of theirs. One contract
 * for this process, for processes of this machine and for other machines.
 */
export interface Crew {
  /** Requests under way at once. */
  readonly places: number;
  /**
   * Works on a request; what goes wrong with it is an answer. Rejects where no request can be worked on: the job is to
   * stop, or those who work run another build.
   */
  work(request: Request, job: Job): Promise<Answer>;
  /** What people should know of those who work; nothing where all is well. */
  remark?(): string | undefined;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** This process, one request at a time. A `limit` in seconds ends work that takes turns or heeds its signal. */
export const ownCrew = (problem: Problem, limit?: number): Crew => ({
  places: 1,
  async work(request, job) {
    const own = limited(job, limit);
    own.begin();
    try {
      return { evidence: await problem.evaluate(request, own.job) };
    } catch (error) {
      job.signal.throwIfAborted();
      if (own.isLate()) return tooLong(limit!);
      return { reason: 'error', error: messageOf(error) };
    } finally {
      own.end();
    }
  },
  close: async () => {},
});

interface Limited {
  readonly job: Job;
  /** The time counts from here. */
  begin(): void;
  end(): void;
  isLate(): boolean;
}

/** A job that is to stop so many seconds after it begins. */
export function limited(job: Job, limit: number | undefined): Limited {
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    job: limit === undefined ? job : jobOf({ ...job, signal: AbortSignal.any([job.signal, late.signal]) }),
    begin() {
      if (limit !== undefined) timer ??= setTimeout(() => late.abort(), 1000 * limit);
    },
    end: () => clearTimeout(timer),
    isLate: () => late.signal.aborted,
  };
}

export const tooLong = (limit: number): Answer => ({
  reason: 'limit',
  error: `took longer than its limit of ${formatDuration(limit)}`,
});

function messageOf(error: unknown): string {
  return error instanceof InputError || error instanceof WorkError ? error.message : String(error);
}

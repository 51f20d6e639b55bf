import { availableParallelism } from 'node:os';
import { InputError, type Job, jobOf } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { openProcesses, useModule } from '../run/index.ts';
import { showProgress } from './progress.ts';
import type { Shell } from './verb.ts';
import { wholeNumber } from './whole-number.ts';

/** The options that every verb has. */
export interface CommonOptions {
  readonly seed?: string | boolean;
  readonly threads?: string | boolean;
  readonly out?: string | boolean;
  readonly quiet?: string | boolean;
  /** A module of the user's own, of verbs that take one. */
  readonly use?: string | boolean;
}

/** Does work with what a verb is given under these options; `signal` is that of Ctrl-C, `command` what was typed. */
export async function withShell<T>(
  options: CommonOptions,
  signal: AbortSignal,
  command: string,
  work: (shell: Shell) => Promise<T>,
): Promise<T> {
  const quiet = options.quiet === true;
  const threads = options.threads === undefined ? undefined : wholeNumber(options.threads, '--threads', 1);
  if (threads !== undefined) kernels().setThreads(threads);
  const cores = threads ?? availableParallelism();
  if (options.use !== undefined) await useModule(String(options.use));
  const pool = openProcesses(cores);
  /** A job whose parts are shown one after the other, each with its time left. */
  const job = (label: string): Job =>
    jobOf({
      signal,
      threads: cores,
      pool,
      progress: quiet ? () => {} : showProgress(label, process.stderr),
      named: job,
    });
  if (options.out === '')
    throw new InputError({ path: ['--out'], rule: 'must name a place', hint: 'leave it out for the default' });
  const shell: Shell = {
    folder: process.cwd(),
    threads: cores,
    ...(options.seed === undefined ? {} : { seed: wholeNumber(options.seed, '--seed', 0) }),
    ...(options.out === undefined ? {} : { out: String(options.out) }),
    command,
    job,
    say: (line, needed) => {
      if (!quiet || needed) process.stderr.write(`${line}\n`);
    },
  };
  try {
    return await work(shell);
  } finally {
    await pool?.close();
  }
}

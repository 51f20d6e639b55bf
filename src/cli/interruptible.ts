/** Work was stopped by Ctrl-C or by a system that wants its place, which was saved. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly status = 130;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Milliseconds that work has to save its place. */
const patience = 2000;

/**
 * Has Ctrl-C, or SIGTERM as Slurm sends it, give the signal to work, which saves its place where it has one, and end it after
 * `patience` or when it comes again. Files appear whole or not at all.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const stopped = new Interrupted();
  const leave = () => process.exit(stopped.status);
  let late: NodeJS.Timeout | undefined;
  const stop = () => {
    process.stderr.write('\nposterohm: interrupted; the same command takes up where this one stopped.\n');
    interruption.abort(stopped);
    late = setTimeout(leave, patience).unref();
    for (const signal of signals) {
      process.removeListener(signal, stop);
      process.once(signal, leave);
    }
  };
  for (const signal of signals) process.once(signal, stop);
  try {
    const done = await work(interruption.signal);
    interruption.signal.throwIfAborted();
    return done;
  } catch (error) {
    throw interruption.signal.aborted ? stopped : error;
  } finally {
    clearTimeout(late);
    for (const signal of signals) {
      process.removeListener(signal, stop);
      process.removeListener(signal, leave);
    }
  }
}

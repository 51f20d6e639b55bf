import { type Checkpoint, type Job, jobOf } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { errorOf, failureOf } from './failure.ts';
import type { Served } from './handlers.ts';
import type { FromChild, ToChild } from './protocol.ts';

/** Milliseconds between two messages about progress; those that bring points of traces are all sent. */
const interval = 100;

const [module, threads] = process.argv.slice(2);
const send = (message: FromChild) => process.send!(message);

// Ctrl-C reaches every process of a terminal; what becomes of the task is for the parent to say, and without one it ends.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());

let stopped = new AbortController();
let asked = 0;
const answers = new Map<number, (answer: Extract<ToChild, { say: 'answer' }>) => void>();

function answerTo(question: { say: 'load' } | { say: 'save'; bytes: Uint8Array }): Promise<Uint8Array | undefined> {
  const number = asked++;
  return new Promise((resolve, reject) => {
    answers.set(number, ({ bytes, failure }) => (failure ? reject(errorOf(failure)) : resolve(bytes)));
    send({ ...question, number });
  });
}

/**
 * Memory taken at most since it was asked for, bytes. The system's own record of the peak counts only where it has grown since:
 * it begins with what the parent took when it started this process, and later holds that of tasks before.
 */
function peakSince(): () => number {
  const most = () => process.resourceUsage().maxRSS * 1024;
  const before = most();
  let seen = 0;
  return () => {
    seen = Math.max(seen, process.memoryUsage.rss());
    return most() > before ? most() : seen;
  };
}

async function work({ handlers }: Served, { task, checkpoint }: Extract<ToChild, { say: 'task' }>): Promise<void> {
  const { signal } = stopped;
  const peak = peakSince();
  const place: Checkpoint | undefined = checkpoint && {
    name: checkpoint.name,
    load: () => answerTo({ say: 'load' }),
    save: async bytes => void (await answerTo({ say: 'save', bytes })),
  };
  let said = Number.NEGATIVE_INFINITY;
  const progress: Job['progress'] = (fraction, note, points = []) => {
    const now = performance.now();
    if (now - said < interval && points.length === 0) return;
    said = now;
    send({ say: 'progress', fraction, note, ...(points.length > 0 && { points }), memory: peak() });
  };
  try {
    if (!Object.hasOwn(handlers, task.kind)) throw new Error(`internal: nothing handles tasks of kind '${task.kind}'`);
    const job = jobOf({ signal, threads: Number(threads), checkpoint: place, progress });
    const value = await handlers[task.kind]!(task.payload, job);
    send({ say: 'done', value, memory: peak() });
  } catch (error) {
    send({ say: 'failed', failure: failureOf(error), memory: peak() });
  }
}

function listen(served: Served): void {
  process.on('message', (message: ToChild) => {
    if (message.say === 'stop') return stopped.abort();
    if (message.say === 'task') {
      stopped = new AbortController();
      return void work(served, message);
    }
    answers.get(message.number)?.(message);
    answers.delete(message.number);
  });
}

try {
  kernels().setThreads(Number(threads));
  const { default: served } = (await import(module!)) as { default: Served };
  listen(served);
  const { name, instructions } = kernels();
  const build = await served.build?.();
  send({ say: 'ready', build, kernels: `${name}, ${instructions}`, memory: process.memoryUsage.rss() });
} catch (error) {
  send({ say: 'unready', failure: failureOf(error) });
}

import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { type Job, type Pool, type Task, WorkError } from '../base/index.ts';
import { Memory } from './memory.ts';
import { Remote } from './remote.ts';

export interface PoolOptions {
  /** Module that exports `Served` by default; children import it. */
  readonly handlers: URL;
  /** Most processes at once; as many as the cores have room for by default. Fewer where memory is short. */
  readonly slots?: number;
  /** Threads of the kernels in each process; 1 by default. */
  readonly threads?: number;
  /** Build of this process; children that run another are refused. Not compared where absent. */
  readonly build?: string;
  /** Folder that the processes work in, from which they tell paths; that of this one by default. */
  readonly folder?: string;
  /** Bytes of memory that new work could take; as the system says by default. */
  readonly free?: () => number;
}

interface Waiting {
  readonly task: Task;
  start(remote: Remote): void;
  refuse(error: unknown): void;
}

/**
 * Child processes that take tasks in the order given, each started when there is a task for it and used again after.
 * A process that dies fails its task alone. They end with this process, at the latest at their next turn of the event
 * loop where it is killed.
 */
export function openPool({ handlers, slots, threads = 1, build, folder, free }: PoolOptions): Pool {
  const most = slots ?? Math.max(1, Math.floor(availableParallelism() / threads));
  const memory = new Memory(free ?? (() => process.availableMemory()));
  const idle: Remote[] = [];
  const busy = new Map<Remote, string>();
  const all = new Set<Remote>();
  const queue: Waiting[] = [];
  let closed = false;
  const gone = () => new WorkError('the processes were closed before the work was done; run the same command again.');
  const endAll = () => Promise.all([...all].map(remote => remote.end(gone())));
  process.on('exit', endAll);

  const open = (): Remote => {
    const remote = new Remote({
      handlers,
      threads,
      build,
      folder,
      measured: bytes => {
        memory.note(busy.get(remote)!, bytes);
        advance();
      },
    });
    all.add(remote);
    void remote.ended.then(() => {
      all.delete(remote);
      if (idle.includes(remote)) idle.splice(idle.indexOf(remote), 1);
      advance();
    });
    return remote;
  };

  const advance = () => {
    while (queue.length > 0) {
      const { task, start } = queue[0]!;
      const resting = idle.at(-1);
      if (!resting && all.size >= most) return;
      if (!memory.fits(task.kind, resting, busy)) return;
      queue.shift();
      const remote = idle.pop() ?? open();
      busy.set(remote, task.kind);
      start(remote);
    }
  };

  const leave = (remote: Remote) => {
    busy.delete(remote);
    if (remote.alive) {
      idle.push(remote);
      remote.rest();
    }
    advance();
  };

  return {
    async run(task: Task, job: Job) {
      if (closed) throw new Error(`internal: ${task.kind} '${task.id}' was given to a pool that is closed`);
      job.signal.throwIfAborted();
      const remote = await new Promise<Remote>((resolve, reject) => {
        const { signal } = job;
        // Any number of tasks may wait under one signal.
        setMaxListeners(0, signal);
        const giveUp = () => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(signal.reason);
        };
        const leaveQueue = () => signal.removeEventListener('abort', giveUp);
        const waiting: Waiting = {
          task,
          start(remote) {
            leaveQueue();
            resolve(remote);
          },
          refuse(error) {
            leaveQueue();
            reject(error);
          },
        };
        signal.addEventListener('abort', giveUp, { once: true });
        queue.push(waiting);
        advance();
      });
      try {
        job.signal.throwIfAborted();
        return await remote.run(task, job);
      } finally {
        leave(remote);
      }
    },
    async close() {
      closed = true;
      for (const { refuse } of queue.splice(0)) refuse(gone());
      process.removeListener('exit', endAll);
      await endAll();
    },
  };
}

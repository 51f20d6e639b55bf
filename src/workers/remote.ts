import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Job, Task } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { type Ending, ProcessEnded } from './ending.ts';
import { errorOf, failureOf } from './failure.ts';
import type { FromChild, ToChild } from './protocol.ts';
import { Refused } from './refused.ts';

/** Node runs compiled files alone: under a test runner that takes the sources, children are those of `dist`. */
const entry = new URL(import.meta.url.endsWith('.ts') ? '../../dist/workers/child.js' : './child.js', import.meta.url);

/** Milliseconds that a child has to end a task, counted anew after each checkpoint that it saves meanwhile. */
const patience = 200;

/** Characters kept of what a child writes to standard error. */
const mostSaid = 4000;

export interface RemoteOptions {
  /** Module that exports `Served` by default. */
  readonly handlers: URL;
  readonly threads: number;
  readonly build?: string;
  readonly folder?: string;
  /** Hears of the memory that the child takes for its task, bytes. */
  measured(memory: number): void;
}

/** What a task that is under way wants to hear. */
interface Listener {
  hear(message: FromChild): void;
  /** The process is ready for it, or was so already. */
  begin(): void;
  lost(ending: Ending): void;
}

/** A child process as its parent sees it: takes one task at a time. */
export class Remote {
  readonly ended: Promise<Ending>;
  /** Bytes that the process takes, as it said last. */
  memory = 0;
  readonly #child: ChildProcess;
  readonly #options: RemoteOptions;
  #ready = false;
  /** Why it was ended from here. */
  #reason: unknown;
  #listener: Listener | undefined;

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.#child = fork(entry, [options.handlers.href, `${options.threads}`], {
      cwd: options.folder,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    this.#child.stderr?.on('data', chunk => {
      said = (said + chunk).slice(-mostSaid);
    });
    this.#child.on('message', (message: FromChild) => this.#hear(message));
    this.ended = new Promise(resolve => {
      this.#child.once('close', (status, signal) => resolve({ status, signal, said }));
      this.#child.on('error', error => {
        if (this.#child.pid === undefined) resolve({ status: null, signal: null, said: error.message });
      });
    });
    void this.ended.then(ending => this.#listener?.lost(ending));
  }

  get alive(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return this.#reason === undefined && pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Ends the process at once; a task that it has fails with the reason. */
  end(reason: unknown): Promise<Ending> {
    this.#reason ??= reason;
    this.#hold();
    this.#child.kill('SIGKILL');
    return this.ended;
  }

  /** While it has no task, the process does not keep this one from ending. */
  rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
    (this.#child.stderr as Socket | null)?.unref();
  }

  /** This process waits for what the other one says and for its end. */
  #hold(): void {
    this.#child.ref();
    this.#child.channel?.ref();
    (this.#child.stderr as Socket | null)?.ref();
  }

  async run(task: Task, job: Job): Promise<unknown> {
    const { signal, checkpoint } = job;
    this.#hold();
    let saving = 0;
    let timer: NodeJS.Timeout | undefined;
    const lastChance = () => {
      clearTimeout(timer);
      if (signal.aborted && saving === 0) timer = setTimeout(() => this.end(signal.reason), patience);
    };
    const stop = () => {
      if (!this.#ready) return void this.end(signal.reason);
      this.#send({ say: 'stop' });
      lastChance();
    };
    const keep = async (number: number, work: Promise<unknown>) => {
      saving++;
      lastChance();
      const answer = await work.then(
        bytes => (bytes ? { bytes: bytes as Uint8Array } : {}),
        error => ({ failure: failureOf(error) }),
      );
      saving--;
      lastChance();
      this.#send({ say: 'answer', number, ...answer });
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        this.#listener = {
          begin: () => this.#send({ say: 'task', task, checkpoint: checkpoint && { name: checkpoint.name } }),
          lost: ending => reject(this.#reason ?? new ProcessEnded(task, ending)),
          hear(message) {
            if (message.say === 'progress') job.progress(message.fraction, message.note, message.points);
            if (message.say === 'load') void keep(message.number, checkpoint!.load());
            if (message.say === 'save') void keep(message.number, checkpoint!.save(message.bytes));
            if (message.say === 'done') resolve(message.value);
            if (message.say === 'failed') reject(signal.aborted ? signal.reason : errorOf(message.failure));
          },
        };
        if (this.#ready) this.#listener.begin();
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      this.#listener = undefined;
    }
  }

  #hear(message: FromChild): void {
    if ('memory' in message) this.memory = message.memory;
    if (message.say === 'unready') return void this.end(errorOf(message.failure));
    if (message.say === 'ready') {
      const refused = this.#refusal(message);
      if (refused) return void this.end(refused);
      this.#ready = true;
      this.#listener?.begin();
      return;
    }
    if ('memory' in message) this.#options.measured(message.memory);
    this.#listener?.hear(message);
  }

  #refusal({ build, kernels: other }: Extract<FromChild, { say: 'ready' }>): Refused | undefined {
    const expected = this.#options.build;
    if (expected !== undefined && build !== expected) return new Refused('build', expected, `${build}`);
    const { name, instructions } = kernels();
    const own = `${name}, ${instructions}`;
    return other === own ? undefined : new Refused('kernels', own, other);
  }

  /** That a process is gone is heard by its end. */
  #send(message: ToChild): void {
    this.#child.send(message, () => {});
  }
}

// What children of the tests do; as compiled code runs in them, it comes from dist.
import { InputError, WorkError } from '../../dist/base/index.js';

const spin = milliseconds => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

const handlers = {
  /** The payload again, once others had a turn. */
  async echo(payload, job) {
    await job.turn();
    return payload;
  },
  process: async () => process.pid,
  folder: async () => process.cwd(),
  threads: async (_, job) => job.threads,
  /** When it began and ended, ms since 1970, and its process. */
  async wait({ milliseconds, bytes = 0 }, job) {
    const began = Date.now();
    const held = new Uint8Array(bytes).fill(1);
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      await new Promise(resolve => setTimeout(resolve, 5));
      const left = Math.max(0, end - performance.now());
      job.progress(1 - left / milliseconds, `${held.length} bytes`);
      await job.turn();
    }
    return { began, ended: Date.now(), pid: process.pid };
  },
  /** Says a point of a trace at once after another. */
  async trace(steps, job) {
    for (let step = 0; step < steps; step++) job.progress(0.5, 'on its way', [{ trace: 'loss', step, value: -step }]);
  },
  /** Says which process it is, then takes turns until it is stopped. */
  async forever(_, job) {
    job.progress(0, `${process.pid}`);
    for (;;) {
      spin(2);
      await job.turn();
    }
  },
  /** Never looks up. */
  async deaf(_, job) {
    job.progress(0, `${process.pid}`);
    await new Promise(resolve => setTimeout(resolve, 5));
    spin(60_000);
  },
  async die({ by, status }) {
    if (status !== undefined) process.exit(status);
    process.kill(process.pid, by);
    await new Promise(resolve => setTimeout(resolve, 60_000));
  },
  /** Rejects where nobody waits. */
  async stray() {
    Promise.reject(new RangeError('nobody waits'));
    await new Promise(resolve => setTimeout(resolve, 60_000));
  },
  async input() {
    throw new InputError('network.layers: must not be empty; add one.');
  },
  async work() {
    throw new WorkError('the network cannot be reached; try again.');
  },
  async bug() {
    throw new RangeError('out of range');
  },
  /** Cannot be cloned. */
  unclonable: async () => () => {},
  /** Counts up to 5 from where it was, keeping its place after each; stops at 3 where it is told to. */
  async count({ stopAt }, job) {
    let at = (await job.checkpoint.load())?.[0] ?? 0;
    while (at < 5) {
      if (at === stopAt) throw new WorkError(`stopped at ${at} in ${job.checkpoint.name}.`);
      await job.checkpoint.save(Uint8Array.of(++at));
    }
    return at;
  },
  /** Keeps its place once it is told to stop. */
  async saveAtStop(_, job) {
    job.progress(0);
    try {
      for (;;) {
        spin(2);
        await job.turn();
      }
    } catch (reason) {
      await job.checkpoint.save(Uint8Array.of(9));
      throw reason;
    }
  },
};

export default { handlers, build: () => 'this build' };

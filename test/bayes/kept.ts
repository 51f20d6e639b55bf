import { type Checkpoint, type Job, jobOf, type Pool } from '../../src/base/index.ts';
import { type ChainTask, chainKind, runChainTask } from '../../src/bayes/index.ts';

/** A checkpoint in memory. */
export class Kept implements Checkpoint {
  bytes: Uint8Array | undefined;
  saves = 0;

  constructor(bytes?: Uint8Array) {
    this.bytes = bytes;
  }

  async load(): Promise<Uint8Array | undefined> {
    return this.bytes;
  }

  async save(bytes: Uint8Array): Promise<void> {
    this.bytes = Uint8Array.from(bytes);
    this.saves++;
  }
}

/** A job that counts its turns and is told to stop in one of them. */
export function stoppedAt(turn: number, given: Partial<Job> = {}): Job & { readonly taken: () => number } {
  const stop = new AbortController();
  const job = jobOf({ ...given, signal: stop.signal });
  let taken = 0;
  return {
    ...job,
    taken: () => taken,
    turn() {
      if (++taken === turn) stop.abort(new Error('stopped'));
      return job.turn();
    },
  };
}

/** A pool in this process: what goes in and comes out is cloned as between processes. */
export const poolHere: Pool = {
  async run({ kind, payload }, job) {
    if (kind !== chainKind) throw new Error(`unknown kind ${kind}`);
    return structuredClone(await runChainTask(structuredClone(payload) as ChainTask, job));
  },
  close: async () => {},
};

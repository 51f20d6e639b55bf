import { addressOf, type Job } from '../base/index.ts';
import { type ChipAsked, type Elsewhere, measureChip } from '../pipeline/index.ts';
import type { Handler } from '../workers/index.ts';
import type { Stale } from './directory-store.ts';
import { type OpenRun, openDirectory, type Run } from './open.ts';
import { openShared } from './shared-store.ts';

/** Kind of task that measures a chip of a run directory. */
export const chipKind = 'chip';

/** Where a run is that other processes help with. */
export interface Helped {
  /** The run's directory, or its variant's. */
  readonly directory: string;
  readonly stale: Stale;
  readonly shared?: { readonly folder: string; readonly limit: number };
}

interface Payload extends Helped {
  readonly asked: ChipAsked;
}

/** Processes that measure chips. */
export interface ByProcesses extends Elsewhere {
  /** Chips that were given to them. */
  readonly sent: number;
}

/** Has a pool's processes measure chips of a run; they find its posterior, plan and chips in its directory, and write chips there. */
export function measuredElsewhere({ directory, shared }: Run, job: Job, from = 1000): ByProcesses | undefined {
  const { pool } = job;
  if (!pool) return undefined;
  const where = placeOf({ directory, shared });
  let sent = 0;
  return {
    from,
    get sent() {
      return sent;
    },
    measure(asked, job) {
      sent++;
      const task = { id: `${asked.side} ${asked.chip}`, kind: chipKind, payload: { ...where, asked } };
      return pool.run(task, job) as ReturnType<Elsewhere['measure']>;
    },
  };
}

/** Says to other processes where a run is. */
export const placeOf = ({ directory: { path, stale }, shared }: Pick<Run, 'directory' | 'shared'>): Helped => ({
  directory: path,
  stale,
  ...(shared && { shared: { folder: shared.folder, limit: shared.limit } }),
});

/** The run that this process helps with: it has one at a time. */
let open: { readonly name: string; readonly run: Promise<OpenRun> } | undefined;

/** A run that this process helps with, and its variants; it stays open for the tasks that follow. */
export function helpedRun({ directory, stale, shared }: Helped): Promise<OpenRun> {
  const name = addressOf({ directory, stale });
  if (open?.name !== name) {
    const options = { folder: '.', stale, helping: true as const, shared: shared && openShared(shared.folder, shared) };
    open = { name, run: openDirectory(directory, options) };
  }
  return open.run;
}

/** Measures the chip of a task. */
export const runChipTask: Handler = async (payload, job) => {
  const { asked, ...where } = payload as Payload;
  const { run } = await helpedRun(where);
  return measureChip(run.subject, asked, job);
};

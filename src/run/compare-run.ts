import type { Job } from '../base/index.ts';
import {
  compareSources,
  layered,
  measureSourceChip,
  memoryStore,
  type Prepared,
  type SourceAsked,
  type SourceComparison,
  type SourcesElsewhere,
} from '../pipeline/index.ts';
import type { Handler } from '../workers/index.ts';
import { type Helped, helpedRun, placeOf } from './measured-elsewhere.ts';
import { memoryForResults, type Run } from './open.ts';
import { runStore } from './run-store.ts';
import { writeWhole } from './whole-file.ts';

/**
 * Compares sources of randomness with the posterior of a run, which is trained into its directory where it is not there yet; what belongs to
 * other sources is kept in memory. Chips are spread over the job's processes where the first of a source takes `from` milliseconds. Writes
 * `comparison.json`.
 */
export async function compareRun(run: Run, job: Job, from = 500): Promise<SourceComparison> {
  const { subject, directory } = run;
  await subject.own.get('training', {}, job);
  const comparison = await compareSources(subject, preparedFor(run), job, elsewhereFor(run, job, from));
  await writeWhole(directory.file('comparison.json'), `${JSON.stringify(comparison, null, 2)}\n`);
  return comparison;
}

/** What the stages of all sources find and make. */
const preparedFor = ({ subject, directory }: Run): Prepared => ({
  ...subject.own.prepared,
  store: layered(memoryStore(memoryForResults), runStore(directory, [], undefined, 'read')),
});

/** Kind of task that measures a chip with a source of randomness. */
export const sourceKind = 'source';

interface Payload extends Helped {
  readonly asked: SourceAsked;
}

function elsewhereFor(run: Run, { pool }: Job, from: number): SourcesElsewhere | undefined {
  if (!pool) return undefined;
  const where = placeOf(run);
  return {
    from,
    measure(asked, job) {
      const task = { id: `${asked.entropy} ${asked.chip}`, kind: sourceKind, payload: { ...where, asked } };
      return pool.run(task, job) as ReturnType<SourcesElsewhere['measure']>;
    },
  };
}

/** What this process keeps of the run that it helps with, from chip to chip. */
const kept = new WeakMap<Run, Prepared>();

/** Measures the chip of a task. */
export const runSourceTask: Handler = async (payload, job) => {
  const { asked, ...where } = payload as Payload;
  const { run } = await helpedRun(where);
  const prepared = kept.get(run) ?? preparedFor(run);
  kept.set(run, prepared);
  return measureSourceChip(run.subject, prepared, asked, job);
};

import type { Job } from '../base/index.ts';
import { compareSources, layered, memoryStore, type SourceComparison } from '../pipeline/index.ts';
import { memoryForResults, type Run } from './open.ts';
import { runStore } from './run-store.ts';
import { writeWhole } from './whole-file.ts';

/**
 * Compares sources of randomness with the posterior of a run, which is trained into its directory where it is not there yet; what belongs to
 * other sources is kept in memory. Writes `comparison.json`.
 */
export async function compareRun({ subject, directory }: Run, job: Job): Promise<SourceComparison> {
  await subject.own.get('training', {}, job);
  const store = layered(memoryStore(memoryForResults), runStore(directory, [], undefined, 'read'));
  const comparison = await compareSources(subject, { ...subject.own.prepared, store }, job);
  await writeWhole(directory.file('comparison.json'), `${JSON.stringify(comparison, null, 2)}\n`);
  return comparison;
}

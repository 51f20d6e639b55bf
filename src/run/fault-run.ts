import type { Job } from '../base/index.ts';
import { type FaultCampaign, faultCampaign, layered, memoryStore } from '../pipeline/index.ts';
import { memoryForResults, type Run } from './open.ts';
import { runStore } from './run-store.ts';
import { writeWhole } from './whole-file.ts';

/**
 * Breaks the chips of a run in every way, its posterior trained into its directory where it is not there yet; what belongs to
 * broken chips is kept in memory. Writes `faults.json`.
 */
export async function faultRun({ subject, directory }: Run, required: number, job: Job): Promise<FaultCampaign> {
  await subject.own.get('training', {}, job);
  const store = layered(memoryStore(memoryForResults), runStore(directory, [], undefined, 'read'));
  const campaign = await faultCampaign(subject, { ...subject.own.prepared, store }, required, job);
  await writeWhole(directory.file('faults.json'), `${JSON.stringify(campaign, null, 2)}\n`);
  return campaign;
}

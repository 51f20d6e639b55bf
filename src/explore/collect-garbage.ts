import { jobOf } from '../base/index.ts';
import { stages, subjectOf } from '../pipeline/index.ts';
import { type Collected, openShared } from '../run/index.ts';
import { type Explored, openExplored } from './explored.ts';
import { openKept } from './workplace.ts';

/**
 * Removes the trained posteriors of a study in a folder that no design of its front comes from, nor anybody else names; those
 * used least recently first, and only until no more than `quota` bytes are left, where it is given. They are trained again
 * where they are needed again.
 */
export async function collectGarbage(folder: string, shown: string, quota = 0): Promise<Collected> {
  const explored = await openExplored(folder, shown);
  // Nobody may train for the study meanwhile.
  const { close } = await openKept(folder, undefined);
  try {
    const { store } = explored.source;
    const shared = openShared(store.folder, store);
    await shared.name(folder, await trainingsOf(explored));
    return await shared.collect(quota);
  } finally {
    await close(false);
  }
}

/** Addresses of the trained posteriors that the designs of a front, and the answer, come from. */
async function trainingsOf({ designs, found, answer }: Explored): Promise<string[]> {
  const kept = new Set([...found.front.map(({ number }) => number), ...(answer.answer ? [answer.answer.trial] : [])]);
  const addresses: string[] = [];
  for (const number of kept) {
    const { experiment, prepared } = await designs.at(found.trials[number]!.point);
    const { address } = await subjectOf(experiment, prepared, jobOf()).own.names(stages.training, {});
    addresses.push(address);
  }
  return [...new Set(addresses)];
}

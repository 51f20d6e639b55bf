import type { Address, Job } from '../base/index.ts';
import type { At, Entry, Store } from '../pipeline/index.ts';
import type { DirectoryStore } from './directory-store.ts';
import { FileCheckpoint } from './file-checkpoint.ts';
import { withLock } from './lock.ts';

/** Another design's folder, whose results serve where they are the same. */
export interface Neighbour {
  readonly directory: DirectoryStore;
  /** Recipe that a stage of that design has where nobody put anything in its place. */
  recipe(stage: string, at: At): Promise<Address>;
}

/**
 * The results of one design: found in its folder or in a neighbour's, else made and written to its folder. What was put
 * into a neighbour's folder by hand counts where the stage is the same here. A folder that is only `read` is left as it is.
 */
export function runStore(
  own: DirectoryStore,
  neighbours: readonly Neighbour[] = [],
  behind?: Store,
  access: 'read' | 'write' = 'write',
): Store {
  const find = async <T>(entry: Entry<T>) => {
    const here = await own.find(entry);
    if (here) return here;
    for (const { directory } of neighbours) {
      const there = await directory.find(entry);
      if (there) return there;
    }
    return undefined;
  };
  return {
    async once<T>(entry: Entry<T>, make: (job: Job) => Promise<T>, job: Job): Promise<T> {
      const { codec } = entry;
      if (!codec) return make(job);
      const found = await find(entry);
      if (found) return found.value;
      if (access === 'read') return behind ? behind.once(entry, make, job) : make(job);
      return withLock(own.lockOf(entry), job, async () => {
        const other = await find(entry);
        if (other) return other.value;
        const start = performance.now();
        const checkpoint = new FileCheckpoint(own.checkpointOf(entry), entry.address);
        const value = await (behind ? behind.once(entry, make, { ...job, checkpoint }) : make({ ...job, checkpoint }));
        await own.keep(entry, await codec.encode(value), (performance.now() - start) / 1000);
        await checkpoint.done();
        return value;
      });
    },
    async adopted(stage, at, recipe) {
      const here = await own.adopted(stage, at);
      if (here !== undefined) return here;
      for (const { directory, recipe: recipeOf } of neighbours) {
        const there = await directory.adopted(stage, at);
        if (there !== undefined && (await recipeOf(stage, at)) === recipe) return there;
      }
      return undefined;
    },
  };
}

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerIsGone } from './lock.ts';
import { isLeftOver } from './whole-file.ts';

/** Removes what processes of this machine that were killed left in a folder: files half written, and their locks. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    const gone = isLeftOver(name) || (name.endsWith('.lock') && (await ownerIsGone(file)));
    if (gone) await rm(file, { force: true }).catch(() => {});
  }
}

import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder with those above it; one that is there already is left as it is. Node's own way to make several tries for ever
 * where a file system takes no folders and says that there is no such path, as /proc does.
 */
export async function makeFolder(folder: string): Promise<void> {
  const failure = await tried(folder);
  if (failure === undefined) return;
  if (failure.code !== 'ENOENT' || dirname(folder) === folder) throw failure;
  await makeFolder(dirname(folder));
  const again = await tried(folder);
  if (again !== undefined) throw again;
}

/** What stood in the way of a folder; undefined where it is there now. */
async function tried(folder: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(folder);
    return undefined;
  } catch (error) {
    const there = await stat(folder).catch(() => undefined);
    return there?.isDirectory() ? undefined : (error as NodeJS.ErrnoException);
  }
}

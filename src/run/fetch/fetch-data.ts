import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite, lookUp, type Progress, partOfProgress, silent, WorkError } from '../../base/index.ts';
import { type CatalogueEntry, catalogue, decodeTar, gunzipped } from '../../data/index.ts';
import { makeFolder } from '../make-folder.ts';
import { download, type Fetch } from './download.ts';

/**
 * Downloads a data set of the catalogue into `folder`, verifies and unpacks it. What is already there and correct is
 * kept; an interrupted download goes on where it stopped. Returns the entry with the `data` fields that read it.
 */
export async function fetchData(
  name: string,
  folder: string,
  fetch: Fetch,
  progress: Progress = silent,
): Promise<CatalogueEntry> {
  const entry = lookUp(catalogue, name, 'data fetch');
  await fetchEntry(entry, folder, fetch, progress);
  return entry;
}

/** The same for an entry that is not in the catalogue. */
export async function fetchEntry(
  entry: CatalogueEntry,
  folder: string,
  fetch: Fetch,
  progress: Progress,
  wait?: number,
): Promise<void> {
  await makeFolder(folder).catch(error => {
    throw cannotWrite(folder, error);
  });
  if (entry.members && (await allThere(folder, entry.members))) return progress(1, entry.name);
  for (const [i, file] of entry.files.entries()) {
    const path = join(folder, file.name);
    await download(
      file,
      path,
      fetch,
      partOfProgress(progress, i / entry.files.length, (i + 1) / entry.files.length),
      wait,
    );
    if (entry.members) await unpack(path, folder, entry.members);
  }
}

async function unpack(path: string, folder: string, members: readonly string[]): Promise<void> {
  const entries = decodeTar(gunzipped(await readFile(path), path), path);
  for (const member of members) {
    const found = [...entries].find(([name]) => name === member || name.endsWith(`/${member}`));
    if (!found) throw new WorkError(`${path}: does not contain ${member}; the archive has changed.`);
    const target = join(folder, member);
    try {
      await writeFile(`${target}.part`, found[1]);
      await rename(`${target}.part`, target);
    } catch (error) {
      throw cannotWrite(target, error);
    }
  }
}

async function allThere(folder: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map(name => stat(join(folder, name)).catch(() => undefined)));
  return found.every(status => status?.isFile());
}

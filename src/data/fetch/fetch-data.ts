import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError, lookUp, type Progress, part, silent, WorkError } from '../../base/index.ts';
import { decodeTar, gunzipped } from '../formats/index.ts';
import { type CatalogueEntry, type CatalogueFile, catalogue } from './catalogue.ts';
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
  await mkdir(folder, { recursive: true }).catch(error => {
    throw new InputError(`${folder}: cannot be made (${error.code}); name one that can be written.`);
  });
  if (entry.members && (await allThere(folder, entry.members))) return progress(1, entry.name);
  const sums = entry.sums ? await sumsOf(entry.sums, folder, fetch, wait) : new Map<string, string>();
  for (const [i, file] of entry.files.entries()) {
    const value = sums.get(file.name);
    const known: CatalogueFile = file.sum || !value ? file : { ...file, sum: { kind: 'sha256', value } };
    if (entry.sums && !known.sum) {
      throw new WorkError(
        `${entry.sums}: has no checksum of ${file.name}, so it cannot be verified; delete ${basename(entry.sums)} from the folder, or fetch the files by hand.`,
      );
    }
    const path = join(folder, file.name);
    await download(known, path, fetch, part(progress, i / entry.files.length, (i + 1) / entry.files.length), wait);
    if (entry.members) await unpack(path, folder, entry.members);
  }
}

/** Checksums by file name from lines of a checksum and a name; the list is kept beside the files. */
async function sumsOf(
  address: string,
  folder: string,
  fetch: Fetch,
  wait: number | undefined,
): Promise<Map<string, string>> {
  const name = basename(address);
  await download({ name, address }, join(folder, name), fetch, silent, wait);
  const text = await readFile(join(folder, name), 'utf8');
  const lines = text.matchAll(/^([0-9a-f]{64})\s+\*?(\S+)$/gm);
  return new Map(Array.from(lines, ([, sum, name]) => [name!, sum!]));
}

async function unpack(path: string, folder: string, members: readonly string[]): Promise<void> {
  const entries = decodeTar(gunzipped(await readFile(path), path), path);
  for (const member of members) {
    const found = [...entries].find(([name]) => name === member || name.endsWith(`/${member}`));
    if (!found) throw new WorkError(`${path}: does not contain ${member}; the archive has changed.`);
    const target = join(folder, member);
    await writeFile(`${target}.part`, found[1]);
    await rename(`${target}.part`, target);
  }
}

async function allThere(folder: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map(name => stat(join(folder, name)).catch(() => undefined)));
  return found.every(status => status?.isFile());
}

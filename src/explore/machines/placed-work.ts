import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder, writeWhole } from '../../run/index.ts';
import type { StudySource } from '../designs/study-folder.ts';

/**
 * How a worker gets at the problem of a study: from one of our own modules with the files of the study's folder that it
 * reads, or from a module that the worker's user names. No code travels.
 */
export type PlacedWork =
  | {
      readonly module: string;
      readonly query: Readonly<Record<string, string>>;
      readonly files: Readonly<Record<string, string>>;
    }
  | { readonly module: null };

/** The compiled modules. */
const root = new URL(import.meta.url.endsWith('.js') ? '../../' : '../../../dist/', import.meta.url);

/** Modules that bring the problems of study files. */
const own = /^explore\/[\w/-]+-module\.js$/;

/** Files of a study's folder that say what the study is. */
const sourceName = /^source(-\w+)?\.json$/;

/** What workers must know of a problem's module. */
export async function workOf(module: URL): Promise<PlacedWork> {
  const path = relative(fileURLToPath(root), fileURLToPath(module)).replaceAll('\\', '/');
  if (!own.test(path)) return { module: null };
  const { folder, ...query } = Object.fromEntries(module.searchParams);
  const names = (await readdir(folder!)).filter(name => sourceName.test(name));
  const texts = await Promise.all(
    names.map(async name => [name, await readFile(join(folder!, name), 'utf8')] as const),
  );
  return { module: path, query, files: Object.fromEntries(texts) };
}

/** Where things are on the machine of a worker. */
export interface Here {
  /** Of this study, for files that say what it is. */
  readonly folder: string;
  /** Where paths of experiments start; where they do for the coordinator by default. */
  readonly data?: string;
  readonly store: StudySource['store'];
}

/** The module of a problem on this machine; undefined where the user has to name one. */
export async function moduleOf(work: PlacedWork, here: Here): Promise<URL | undefined> {
  if (work.module === null) return undefined;
  if (!own.test(work.module) || work.module.includes('..'))
    throw new Error('internal: a study names no module of ours');
  await makeFolder(here.folder);
  for (const [name, text] of Object.entries(work.files)) {
    if (sourceName.test(name)) await writeWhole(join(here.folder, name), JSON.stringify(placedHere(text, here)));
  }
  const url = new URL(work.module, root);
  for (const [name, value] of Object.entries({ ...work.query, folder: here.folder })) url.searchParams.set(name, value);
  return url;
}

/** What a study is, with its paths as they are on this machine. */
function placedHere(text: string, { folder, data, store }: Here): object {
  const value = JSON.parse(text) as StudySource | { readonly source: StudySource };
  const move = (source: StudySource): StudySource => ({
    ...source,
    store,
    ...(data !== undefined && { dataFolder: data }),
  });
  return 'source' in value ? { ...value, source: move(value.source), folder } : move(value);
}

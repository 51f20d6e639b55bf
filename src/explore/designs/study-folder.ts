import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { InputError } from '../../base/index.ts';
import { layered, memoryStore, type Store } from '../../pipeline/index.ts';
import { buildOf, nodeFiles, openShared, writeWhole } from '../../run/index.ts';
import type { Problem } from '../problem.ts';
import type { StudyFile } from '../study-file/study-file.ts';
import { designProblem } from './design-problem.ts';
import { type Designs, openDesigns, type Unjudged } from './open-designs.ts';

/** A study in its folder. */
export interface PlacedStudy {
  readonly folder: string;
  readonly source: StudySource;
  readonly designs: Designs;
}

/** What the processes of a study must know to work on it: kept in its folder. */
export interface StudySource {
  readonly study: StudyFile;
  /** Where paths of the experiment start. */
  readonly dataFolder: string;
  /**
   * Folder of trained posteriors and stopping rules, each made once among all processes, and bytes of them at most. They are kept for the study,
   * unless they are `passing`: then those that were used least recently make room for others.
   */
  readonly store: { readonly folder: string; readonly limit?: number; readonly passing?: boolean };
}

/**
 * Where it is written down: one file for each problem, by its identity, so that a study that is refused its folder changes
 * nothing for those who work there.
 */
const fileOf = (folder: string, identity: string): string => join(folder, `source-${identity.slice(0, 8)}.json`);

export const writeSource = (folder: string, identity: string, source: StudySource): Promise<void> =>
  writeWhole(fileOf(folder, identity), `${JSON.stringify(source, null, 1)}\n`);

export async function readSource(folder: string, identity: string): Promise<StudySource> {
  const file = fileOf(folder, identity);
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text) as StudySource;
  } catch {
    const hint = 'begin the study again from its file, in the same folder';
    throw new InputError({ file: relative('', file), path: [], rule: 'is damaged', hint });
  }
}

/** Bytes of results that a process keeps. */
const memory = 1 << 29;

/** What is dear and small: posteriors, and when samples stop, which takes a chip for every validation row. */
const sharedStages: readonly string[] = ['training', 'stopping'];

/** What is dear and small is shared with the other processes; what else is made of posteriors is made again sooner than written. */
function storeOf({ store: { folder, limit, passing } }: StudySource, user: string): Store {
  const own = memoryStore(memory);
  const both = layered(
    own,
    openShared(folder, { ...(limit !== undefined && { limit }) }).usedBy(passing ? undefined : user),
  );
  return { once: (entry, make, job) => (sharedStages.includes(entry.stage) ? both : own).once(entry, make, job) };
}

/** The designs of a study, checked by `also` too; posteriors are kept for its `folder`. */
export const openSource = (
  source: StudySource,
  folder: string,
  also?: (designs: Unjudged) => Promise<void>,
): Promise<Designs> =>
  openDesigns(
    source.study,
    { files: nodeFiles(source.dataFolder), store: storeOf(source, folder), build: buildOf },
    also,
  );

/** The problem of this identity, as the folder of its study says. */
export const problemIn = async (folder: string, identity: string): Promise<Problem> =>
  designProblem(await openSource(await readSource(folder, identity), folder));

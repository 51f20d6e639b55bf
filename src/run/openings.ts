import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { insist } from '../base/index.ts';

/** Somebody looked at the test rows of a study. */
export interface Opening {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who: `confirmation`, or a run by its name. */
  readonly by: string;
}

const fileIn = (folder: string): string => join(folder, 'openings.jsonl');

/** Refuses a folder that is no study's. */
export async function checkStudyFolder(folder: string): Promise<void> {
  const found = await stat(join(folder, 'study.jsonl')).catch(() => undefined);
  insist(found, {
    path: [],
    rule: 'must be the folder of a study, whose test rows a run looks at',
    value: folder,
    hint: 'put it back, or leave the field out where nobody is to count',
  });
}

/** Writes down that the test rows of the study in a folder are looked at. */
export const noteOpening = (folder: string, by: string): Promise<void> =>
  appendFile(fileIn(folder), `${JSON.stringify({ at: Date.now(), by } satisfies Opening)}\n`);

/** How often, by whom and when the test rows of the study in a folder were looked at. */
export async function openingsOf(folder: string): Promise<readonly Opening[]> {
  const text = await readFile(fileIn(folder), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Opening);
}

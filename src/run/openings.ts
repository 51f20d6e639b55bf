import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Address, type Fault, InputError, insist } from '../base/index.ts';

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

/** Refuses data files, by the field of `data` that says where they are, that are not those that the study in a folder was searched on. */
export async function checkStudyFiles(folder: string, files: Readonly<Record<string, Address>>): Promise<void> {
  const text = await readFile(join(folder, 'study.jsonl'), 'utf8');
  const { made } = JSON.parse(text.slice(0, text.indexOf('\n')) || '{}') as {
    readonly made?: Readonly<Record<string, string>> | null;
  };
  const faults = Object.entries(files).flatMap(([field, address]): Fault[] => {
    const then = made?.[`experiment.data.${field}`];
    if (then === undefined || then === address) return [];
    const hint = 'put back the file of then, or leave study out where nobody is to count';
    return [{ path: ['data', field], rule: `holds other data than the study in ${folder} was searched on`, hint }];
  });
  if (faults.length > 0) throw new InputError(faults);
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

import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { InputError } from '../base/index.ts';
import type { DirectoryStore } from './directory-store.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

const schema = 'posterohm/run-directory/2';

/** `run.json`: what made a directory. */
export interface RunRecord {
  readonly schema: typeof schema;
  readonly name: string;
  /** Which variant of the experiment this is; absent for the experiment itself. */
  readonly variant?: string;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  /**
   * The experiment as written with all its variants, the file it came from and the folder its paths start from: whole, and
   * from the directory, for when both have moved together.
   */
  readonly source: {
    readonly file: string;
    readonly folder: string;
    readonly fromRun: string;
    readonly input: Readonly<Record<string, unknown>>;
  };
}

/** The record of a directory, by its path; undefined where there is none. */
export async function readRunRecord(path: string): Promise<RunRecord | undefined> {
  const file = join(path, 'run.json');
  const bytes = await readIfThere(file);
  if (!bytes) return undefined;
  const place = { file: relative('', file), path: [] };
  let record: RunRecord;
  try {
    record = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new InputError({ ...place, rule: 'is damaged', hint: 'delete it and run the experiment anew' });
  }
  if (isWhole(record)) return record;
  throw new InputError({
    ...place,
    rule: 'is of another version of posterohm, or no record of a run',
    hint: 'open it with that version, or run the experiment into another folder',
  });
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a record has all that opening a directory asks of it. */
function isWhole(record: RunRecord | null): record is RunRecord {
  if (record?.schema !== schema || !isText(record.name) || !Number.isSafeInteger(record.seed)) return false;
  const { source, variant = '' } = record;
  return (
    isText(variant) &&
    isRecord(record.versions) &&
    isRecord(source) &&
    [source.file, source.folder, source.fromRun].every(isText) &&
    isRecord(source.input)
  );
}

export async function writeRunRecord(directory: DirectoryStore, record: Omit<RunRecord, 'schema'>): Promise<void> {
  await writeWhole(directory.file('run.json'), `${JSON.stringify({ schema, ...record }, null, 2)}\n`);
}

/** The folder that a run's paths start from, wherever the run directory is by now. */
export async function folderOfSource({ folder, fromRun }: RunRecord['source'], path: string): Promise<string> {
  const there = await stat(folder).catch(() => undefined);
  return there?.isDirectory() ? folder : resolve(path, fromRun);
}

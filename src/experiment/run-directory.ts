import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { cannotWrite, InputError } from '../base/index.ts';
import { whyUnreadable } from '../data/index.ts';

/** What is known of a stage that has been done. */
export interface StageRecord {
  /** Hash of everything that went into the stage. */
  readonly inputs: string;
  readonly seconds: number;
  /** Files it wrote, relative to the run directory. */
  readonly files: readonly string[];
}

/** `run.json`: what made this directory. */
export interface RunRecord {
  readonly schema: 'posterohm/run-directory/1';
  readonly name: string;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  /**
   * The experiment as written, the file it came from and the folder its paths start from: whole, and from the run
   * directory, for when both have moved together.
   */
  readonly source: {
    readonly file: string;
    readonly folder: string;
    readonly fromRun: string;
    readonly input: Readonly<Record<string, unknown>>;
  };
  readonly stages: Readonly<Record<string, StageRecord>>;
}

/**
 * A folder with the files of one run. Files appear whole or not at all: they are written beside their place and renamed.
 */
export class RunDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The folder of a variant, inside this one. */
  variant(name: string): RunDirectory {
    return new RunDirectory(join(this.path, 'variants', name.replaceAll(/[^\w.-]+/g, '-')));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async has(name: string): Promise<boolean> {
    return stat(this.file(name)).then(
      found => found.isFile(),
      () => false,
    );
  }

  /** The bytes of a file; where it is missing, the error says which verb makes it. */
  async read(name: string, madeBy: string): Promise<Uint8Array> {
    return readFile(this.file(name)).catch((error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'is missing' : whyUnreadable(error);
      throw new InputError(`${relative('', this.path) || '.'}: '${name}' ${why}; make it with posterohm ${madeBy}.`);
    });
  }

  /**
   * The record in a JSON file, which must have the field `has`; null stands for NaN where `numbers` says so. A damaged one
   * is refused: without the file its stage is done anew.
   */
  async readJson<T>(name: string, madeBy: string, has?: string, numbers = false): Promise<T> {
    const text = new TextDecoder().decode(await this.read(name, madeBy));
    try {
      const value: unknown = JSON.parse(text, (_key, entry) => (numbers && entry === null ? Number.NaN : entry));
      if (typeof value === 'object' && value !== null && (has === undefined || Object.hasOwn(value, has)))
        return value as T;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw new InputError(
      `${relative('', this.path) || '.'}: '${name}' is damaged or no such file; delete it and make it anew with posterohm ${madeBy}.`,
    );
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    const file = this.file(name);
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(temporary, content);
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw cannotWrite(file, error);
    }
  }

  async record(): Promise<RunRecord | undefined> {
    if (!(await this.has('run.json'))) return undefined;
    return this.readJson<RunRecord>('run.json', 'run EXPERIMENT', 'source');
  }

  /** Is the stage done with exactly these inputs, and are its files all there? */
  async isDone(stage: string, inputs: string): Promise<boolean> {
    const done = (await this.record())?.stages[stage];
    if (done?.inputs !== inputs) return false;
    for (const file of done.files) if (!(await this.has(file))) return false;
    return true;
  }

  /** Says what runs here; stages done earlier stay noted. */
  async begin(record: Omit<RunRecord, 'schema' | 'stages'>): Promise<void> {
    await this.rewrite({ schema: 'posterohm/run-directory/1', ...record, stages: (await this.record())?.stages ?? {} });
  }

  /** Notes that a stage is done. */
  async note(stage: string, done: StageRecord): Promise<void> {
    const record = await this.record();
    if (!record) throw new Error('internal: a stage was done before its run began');
    await this.rewrite({ ...record, stages: { ...record.stages, [stage]: done } });
  }

  private rewrite(record: RunRecord): Promise<void> {
    return this.write('run.json', `${JSON.stringify(record, null, 2)}\n`);
  }
}

/** The folder that a run's paths start from, wherever the run directory is by now. */
export async function folderOfSource(
  { folder, fromRun }: RunRecord['source'],
  directory: RunDirectory,
): Promise<string> {
  const there = await stat(folder).catch(() => undefined);
  return there?.isDirectory() ? folder : resolve(directory.path, fromRun);
}

/** Name of a chip among the files of a run. */
export const chipName = (index: number): string => `chip-${String(index).padStart(2, '0')}`;

/** A short hash of JSON-safe values: equal inputs, equal hash. */
export function fingerprint(...values: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
}

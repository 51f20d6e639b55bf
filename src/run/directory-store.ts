import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { type Address, InputError } from '../base/index.ts';
import { type At, chipName, type Entry, labelOf } from '../pipeline/index.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

/** A file of a result, and what tells whether somebody has changed it since. */
interface FileRecord {
  readonly name: string;
  readonly size: number;
  readonly modified: number;
  readonly digest: string;
}

/** `stages/<stage>.json`: which result the files beside it are. */
export interface StageRecord {
  readonly schema: 'posterohm/stage/1';
  readonly stage: string;
  readonly at: At;
  readonly address: Address;
  readonly recipe: Address;
  readonly seconds: number;
  readonly files: readonly FileRecord[];
  /** Put there by hand, so that it stands for the stage whatever its recipe. */
  readonly adopted?: true;
  /** Made by another version and kept on request. */
  readonly kept?: true;
}

/** A file of a result that is not as it was written. */
export interface ChangedFile {
  readonly name: string;
  /** Whether it is there and stands for its stage, as what people put in by hand does; it is made anew otherwise. */
  readonly counts: boolean;
}

/** Stages whose result people may put in by hand, and the file that holds it. */
const replaceable: Readonly<Record<string, (at: At) => string>> = {
  training: () => 'posterior.safetensors',
  plan: () => 'plan.parquet',
  chip: ({ chip }) => `chips/${chipName(chip!)}.safetensors`,
};

/**
 * What to do with results that the present code would make anew: `refuse` stops and names them, `recompute` makes them
 * again, `keep` takes them as they are, and so does `look`, which leaves no mark.
 */
export type Stale = 'refuse' | 'recompute' | 'keep' | 'look';

type Named = Pick<Entry<unknown>, 'stage' | 'at' | 'address' | 'recipe'>;

/** The files of one design in a folder, each result once, with a record that says what made it. */
export class DirectoryStore {
  readonly path: string;
  readonly stale: Stale;
  readonly #adopted = new Map<string, Promise<Address | undefined>>();

  constructor(path: string, stale: Stale = 'refuse') {
    this.path = path;
    this.stale = stale;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** The folders that hold its files. */
  get folders(): readonly string[] {
    return [this.path, this.file('stages'), this.file('chips')];
  }

  /** The lock under which a result is made. */
  lockOf(entry: Named): string {
    return this.file(`stages/${fileName(entry)}.lock`);
  }

  /** Where the making of a result keeps its place. */
  checkpointOf(entry: Named): string {
    return this.file(`stages/${fileName(entry)}.checkpoint.safetensors`);
  }

  /** The result, where its files are here. */
  async find<T>(entry: Entry<T>): Promise<{ readonly value: T } | undefined> {
    const { stage, at, address, recipe } = entry;
    const byHand = await this.adopted(stage, at);
    if (byHand !== undefined) return byHand === address ? { value: await this.#load(entry, 1) } : undefined;
    const record = await this.record(stage, at);
    if (!record || !(await this.#untouched(record))) return undefined;
    if (record.address === address) return { value: await this.#load(entry) };
    if (record.recipe !== recipe || this.stale === 'recompute') return undefined;
    if (!record.kept && this.stale === 'refuse') throw new StaleResult(stage, at);
    await this.takeAsIs(record);
    return { value: await this.#load(entry) };
  }

  /** Marks a result of another version as one that people chose to keep. */
  async takeAsIs(record: StageRecord): Promise<void> {
    if (!record.kept && this.stale !== 'look') await this.#write({ ...record, kept: true });
  }

  /** Writes the files of a result and its record. Whenever it is cut off, what is there is whole or is made anew. */
  async keep(
    { stage, at, address, recipe }: Named,
    files: Readonly<Record<string, Uint8Array>>,
    seconds: number,
    mark: Pick<StageRecord, 'adopted'> = {},
  ): Promise<void> {
    if (!mark.adopted && (await this.#adoptedNow(stage, at)) !== undefined) {
      throw new InputError(
        `${relative('', this.path) || '.'}: '${replaceable[stage]!(at)}' was put there while it was being made; run the same command again to use it, or move it away.`,
      );
    }
    const before = await this.record(stage, at);
    for (const { name } of before?.files ?? []) await rm(this.file(name), { force: true });
    const common = { schema: 'posterohm/stage/1', stage, at, address, recipe, seconds, ...mark } as const;
    const pending = Object.entries(files).map(([name, bytes]) => ({
      name,
      size: bytes.length,
      modified: 0,
      digest: digestOf(bytes),
    }));
    await this.#write({ ...common, files: pending });
    for (const [name, bytes] of Object.entries(files)) await writeWhole(this.file(name), bytes);
    const written = await Promise.all(
      pending.map(async record => ({ ...record, modified: (await stat(this.file(record.name))).mtimeMs })),
    );
    await this.#write({ ...common, files: written });
    this.#adopted.delete(labelOf(stage, at));
  }

  /** Records files that were written while a result was made, such as a large archive. */
  async note({ stage, at, address, recipe }: Named, names: readonly string[], seconds: number): Promise<void> {
    const files = await Promise.all(
      names.map(async name => {
        const { size, mtimeMs } = await stat(this.file(name));
        return { name, size, modified: mtimeMs, digest: await digestOfFile(this.file(name)) };
      }),
    );
    await this.#write({ schema: 'posterohm/stage/1', stage, at, address, recipe, seconds, files });
  }

  /** The record of a stage, where there is one. */
  async record(stage: string, at: At = {}): Promise<StageRecord | undefined> {
    return parseRecord(await readIfThere(this.file(`stages/${fileName({ stage, at })}.json`)));
  }

  /** The records of all stages. */
  async records(): Promise<StageRecord[]> {
    const names = await readdir(this.file('stages')).catch(() => []);
    const found = names.filter(name => name.endsWith('.json')).sort();
    const records = await Promise.all(
      found.map(async name => parseRecord(await readIfThere(this.file(`stages/${name}`)))),
    );
    return records.filter(record => record !== undefined);
  }

  /** The stages whose results are there, once for every result. */
  async made(): Promise<string[]> {
    const records = await this.records();
    const there = await Promise.all(
      records.map(async record => (await this.#changedOf(record)).every(({ counts }) => counts)),
    );
    return records.filter((_, i) => there[i]).map(({ stage }) => stage);
  }

  /** The files of results that are not as they were written; what was put in by hand is as it is. */
  async changed(): Promise<ChangedFile[]> {
    return (await Promise.all((await this.records()).map(record => this.#changedOf(record)))).flat();
  }

  async #changedOf({ stage, at, files, adopted }: StageRecord): Promise<ChangedFile[]> {
    if (adopted) return [];
    const found: ChangedFile[] = [];
    for (const file of files) {
      if (await this.#same(file)) continue;
      const counts =
        replaceable[stage]?.(at) === file.name && (await stat(this.file(file.name)).catch(() => undefined));
      found.push({ name: file.name, counts: Boolean(counts) });
    }
    return found;
  }

  /** Whether the files of a stage are those of this result, untouched; those of another version count where they are kept. */
  async has({ stage, at, address, recipe }: Named): Promise<boolean> {
    const record = await this.record(stage, at);
    if (!record || !(await this.#untouched(record))) return false;
    if (record.address === address) return true;
    if (record.recipe !== recipe || this.stale === 'recompute' || (this.stale === 'refuse' && !record.kept))
      return false;
    await this.takeAsIs(record);
    return true;
  }

  /** The content address of a result that was put in by hand; undefined where the folder holds what the simulation made. */
  adopted(stage: string, at: At): Promise<Address | undefined> {
    const label = labelOf(stage, at);
    const known = this.#adopted.get(label) ?? this.#adoptedNow(stage, at);
    this.#adopted.set(label, known);
    return known;
  }

  async #adoptedNow(stage: string, at: At): Promise<Address | undefined> {
    const name = replaceable[stage]?.(at);
    if (!name) return undefined;
    let record = await this.record(stage, at);
    let bytes: Uint8Array | undefined;
    for (;;) {
      const first = record?.files[0];
      if (record && first && !record.adopted && (await this.#same(first))) return undefined;
      bytes = await readIfThere(this.file(name));
      // Another process may have written the file, or both, in the meantime.
      if (bytes && first && !record?.adopted && digestOf(bytes) === first.digest) return undefined;
      const now = await this.record(stage, at);
      if (sameFiles(record, now)) break;
      record = now;
    }
    if (!bytes && record?.adopted) {
      throw new InputError(
        `${relative('', this.path) || '.'}: '${name}' is missing; it was put there by hand, so nothing can make it again: import it anew.`,
      );
    }
    return bytes && `content-${digestOf(bytes)}`;
  }

  /** Reads the files of a result; of one that was put in by hand the first, for the others are not its own. */
  async #load<T>({ codec }: Entry<T>, most = Number.POSITIVE_INFINITY): Promise<T> {
    const files: Record<string, Uint8Array> = {};
    for (const name of codec!.files.slice(0, most)) {
      const bytes = await readIfThere(this.file(name));
      if (bytes) files[name] = bytes;
    }
    return codec!.decode(files);
  }

  async #untouched({ files }: StageRecord): Promise<boolean> {
    for (const file of files) if (!(await this.#same(file))) return false;
    return true;
  }

  /** Whether a file is as it was written: by size and time, or else by content, for copies have other times. */
  async #same({ name, size, modified, digest }: FileRecord): Promise<boolean> {
    const found = await stat(this.file(name)).catch(() => undefined);
    if (!found?.isFile() || found.size !== size) return false;
    if (found.mtimeMs === modified) return true;
    return (await digestOfFile(this.file(name))) === digest;
  }

  async #write(record: StageRecord): Promise<void> {
    await writeWhole(this.file(`stages/${fileName(record)}.json`), `${JSON.stringify(record, null, 2)}\n`);
  }
}

/** A damaged record counts as none: the stage is made anew. */
function parseRecord(bytes: Uint8Array | undefined): StageRecord | undefined {
  if (!bytes) return undefined;
  try {
    const record = JSON.parse(new TextDecoder().decode(bytes)) as StageRecord;
    const whole =
      record?.schema === 'posterohm/stage/1' &&
      typeof record.at === 'object' &&
      record.at !== null &&
      Array.isArray(record.files) &&
      record.files.every(file => isOwnFile(file?.name));
    return whole ? record : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a name of a record is that of a file below its directory: files of a former result are removed by it. */
const isOwnFile = (name: unknown): boolean =>
  typeof name === 'string' && name !== '' && !isAbsolute(name) && !name.split(/[\\/]/).includes('..');

const sameFiles = (one: StageRecord | undefined, other: StageRecord | undefined): boolean =>
  JSON.stringify(one?.files) === JSON.stringify(other?.files);

/** A result that another version of the code made from the same design. */
export class StaleResult extends Error {
  override readonly name = 'StaleResult';
  readonly stage: string;
  readonly at: At;

  constructor(stage: string, at: At) {
    super(`internal: ${labelOf(stage, at)} is of another build and nobody asked what to do with it`);
    this.stage = stage;
    this.at = at;
  }
}

const fileName = ({ stage, at }: { readonly stage: string; readonly at: At }): string =>
  labelOf(stage, at).replaceAll(' ', '-');

/** The digest of a file of any size. */
async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(part);
  return hash.digest('hex').slice(0, 32);
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

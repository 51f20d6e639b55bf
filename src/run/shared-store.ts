import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Address, faultText, formatBytes, InputError, type Job, WorkError } from '../base/index.ts';
import type { Entry, Store } from '../pipeline/index.ts';
import { type Contained, decodeContainer, encodeContainer } from './container.ts';
import { removeLeftovers } from './leftovers.ts';
import { withLock } from './lock.ts';
import { Pins } from './pins.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

export interface SharedOptions {
  /** Bytes that all results may take; 20 GB by default. */
  readonly limit?: number;
  /** Bytes of a result that is still shared; 256 MB by default. Larger ones stay in run directories. */
  readonly largest?: number;
  /** Tells people, once, that results can no longer be kept there. */
  readonly remark?: (line: string) => void;
}

/** A folder whose results many runs and processes share. */
export interface SharedStore {
  readonly folder: string;
  /** Bytes that all results may take. */
  readonly limit: number;
  /**
   * The store as a folder uses it, such as a run directory: what is made or found through it is never evicted while that
   * folder is there. Without a folder, what is used least recently may be evicted at any time.
   */
  usedBy(folder?: string): Store;
  /** Says that a folder, such as that of a study, names these results and no others. */
  name(folder: string, addresses: readonly Address[]): Promise<void>;
  /** Evicts what no folder names, that which was used least recently first, until no more than so many bytes are left. */
  collect(most: number): Promise<Collected>;
}

/** What became of a folder of results. */
export interface Collected {
  /** Results that are gone, and bytes that they took. */
  readonly removed: number;
  readonly freed: number;
  /** Bytes of those that are left. */
  readonly left: number;
}

const usualLimit = 20e9;
const usualLargest = 256e6;
const extension = '.safetensors';

/**
 * Opens a folder of shared results: one immutable file an address, made by one process at a time, the least recently used
 * evicted beyond the limit unless a folder names it. A damaged file counts as absent. Where the folder is full or cannot
 * be written, work goes on without it and one remark says so: results are kept by whoever asked for them.
 */
export function openShared(folder: string, options: SharedOptions = {}): SharedStore {
  const { limit = usualLimit, largest = Math.min(usualLargest, limit), remark = () => {} } = options;
  const entries = join(folder, 'entries');
  const locks = join(folder, 'locks');
  const pins = new Pins(join(folder, 'pins'));
  const fileOf = (address: Address) => join(entries, `${address}${extension}`);
  let said = false;
  let opened: Promise<unknown> | undefined;

  /** The folder failed, which ends no work; other errors are thrown on. */
  const goOn = (error: unknown): void => {
    const { code } = error as { readonly code?: unknown };
    if (error instanceof InputError) sayOnce(error.faults[0]!.rule, 'mend it or leave out --store');
    else if (error instanceof WorkError || typeof code === 'string') {
      sayOnce(
        `cannot be used (${typeof code === 'string' ? code : (error as Error).message})`,
        'mend it or leave out --store',
      );
    } else throw error;
  };
  const sayOnce = (rule: string, hint: string, goesOn = 'The work goes on without it.'): void => {
    if (!said) remark(`posterohm: ${faultText({ file: folder, path: [], rule, hint })} ${goesOn}`);
    said = true;
  };
  const notKept = 'The work goes on; what is not kept here stays with whoever made it.';

  /** What is kept at an address; looking at it counts as use. */
  const contained = async (address: Address): Promise<Contained | undefined> => {
    const file = fileOf(address);
    const bytes = await readIfThere(file).catch(goOn);
    const found = bytes && decodeContainer(bytes, address);
    if (!found || ('tooLarge' in found && found.tooLarge <= largest)) return undefined;
    const { mtime } = await stat(file).catch(() => ({ mtime: new Date() }));
    await utimes(file, new Date(), mtime).catch(() => {});
    return found;
  };

  const keep = async (address: Address, what: Contained): Promise<void> => {
    const bytes = encodeContainer(address, what);
    if (await makeRoom(address, bytes.length)) await writeWhole(fileOf(address), bytes);
    else
      sayOnce(`is full: all of its ${formatBytes(limit)} are named by run directories`, 'raise --store-limit', notKept);
  };

  /** Files of results, and when each was used last. */
  const heldFiles = async () => {
    const held = [];
    for (const name of await readdir(entries).catch(() => [])) {
      const found = await stat(join(entries, name)).catch(() => undefined);
      if (found) held.push({ name, size: found.size, used: found.atimeMs });
    }
    return held;
  };
  type Held = Awaited<ReturnType<typeof heldFiles>>;

  /** Evicts what no folder names, least recently used first, until the rest is small enough; nothing where `whole` and it cannot be. */
  const evict = async (held: Held, most: number, whole: boolean): Promise<Collected> => {
    let left = bytesOf(held);
    if (left <= most) return { removed: 0, freed: 0, left };
    const pinned = await pins.all();
    const free = held.filter(({ name }) => !pinned.has(name.slice(0, -extension.length)));
    if (whole && left - bytesOf(free) > most) return { removed: 0, freed: 0, left };
    let [removed, freed] = [0, 0];
    for (const { name, size } of free.sort((a, b) => a.used - b.used)) {
      if (left <= most) break;
      await rm(join(entries, name), { force: true });
      left -= size;
      freed += size;
      removed++;
    }
    return { removed, freed, left };
  };

  /** Evicts until there is room for a file. */
  const makeRoom = async (address: Address, size: number): Promise<boolean> => {
    const held = (await heldFiles()).filter(({ name }) => name !== `${address}${extension}`);
    return (await evict(held, limit - size, true)).left <= limit - size;
  };

  const resultOf = async <T>({
    address,
    codec,
  }: Entry<T>): Promise<{ readonly value: T } | 'too large' | undefined> => {
    const found = await contained(address);
    if (!found) return undefined;
    return 'files' in found ? { value: await codec!.decode(found.files) } : 'too large';
  };

  const makeAndKeep = async <T>(entry: Entry<T>, make: (job: Job) => Promise<T>, job: Job): Promise<T> => {
    const value = await make(job);
    try {
      const size = entry.bytes(value);
      if (size > limit) {
        sayOnce(
          `takes no result above its ${formatBytes(limit)}; one has ${formatBytes(size)}`,
          'raise --store-limit',
          notKept,
        );
      }
      await keep(entry.address, size > largest ? { tooLarge: size } : { files: await entry.codec!.encode(value) });
    } catch (error) {
      goOn(error);
    }
    return value;
  };

  const once = async <T>(entry: Entry<T>, make: (job: Job) => Promise<T>, job: Job): Promise<T> => {
    const found = await resultOf(entry);
    if (found) return found === 'too large' ? make(job) : found.value;
    let begun = false;
    try {
      return await withLock(join(locks, `${entry.address}.lock`), job, async () => {
        begun = true;
        const other = await resultOf(entry);
        if (!other) return makeAndKeep(entry, make, job);
        return other === 'too large' ? make(job) : other.value;
      });
    } catch (error) {
      if (begun || job.signal.aborted) throw error;
      goOn(error);
      return make(job);
    }
  };

  return {
    folder,
    limit,
    usedBy: user => ({
      async once<T>(entry: Entry<T>, make: (job: Job) => Promise<T>, job: Job): Promise<T> {
        if (!entry.codec) return make(job);
        opened ??= Promise.all([entries, locks, join(folder, 'pins')].map(removeLeftovers));
        await opened;
        if (user !== undefined) await pins.add(user, entry.address).catch(goOn);
        return once(entry, make, job);
      },
    }),
    name: (user, addresses) => pins.set(user, addresses),
    collect: async most => evict(await heldFiles(), most, false),
  };
}

const bytesOf = (held: readonly { readonly size: number }[]): number => held.reduce((sum, { size }) => sum + size, 0);

import { createHash } from 'node:crypto';
import { appendFile, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address } from '../base/index.ts';
import { makeFolder } from './make-folder.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

/**
 * Which results of a shared folder people's own folders name: one small file each, lines `of PATH` and an address a line,
 * in any order, so that processes append to it without asking each other.
 */
export class Pins {
  readonly #folder: string;
  readonly #known = new Map<string, Set<Address>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Says that a folder names a result. */
  async add(folder: string, address: Address): Promise<void> {
    const file = this.#fileOf(folder);
    const known = this.#known.get(file);
    if (known?.has(address)) return;
    const found = known ?? new Set(parse(await readIfThere(file)).addresses);
    const first = found.size === 0 ? `\nof ${JSON.stringify(folder)}` : '';
    if (!found.has(address)) {
      await makeFolder(this.#folder);
      await appendFile(file, `${first}\n${address}\n`);
    }
    this.#known.set(file, found.add(address));
  }

  /** Says that a folder names these results and no others. */
  async set(folder: string, addresses: readonly Address[]): Promise<void> {
    const file = this.#fileOf(folder);
    await writeWhole(file, ['', `of ${JSON.stringify(folder)}`, ...addresses, ''].join('\n'));
    this.#known.set(file, new Set(addresses));
  }

  /** Everything that is named by a folder that is still there; lists of folders that are gone are dropped. */
  async all(): Promise<Set<Address>> {
    const pinned = new Set<Address>();
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!name.endsWith('.pins')) continue;
      const file = join(this.#folder, name);
      const { folder, addresses } = parse(await readFile(file).catch(() => undefined));
      if (folder !== undefined && (await isGone(folder))) {
        await rm(file, { force: true }).catch(() => {});
        this.#known.delete(file);
      } else for (const address of addresses) pinned.add(address);
    }
    return pinned;
  }

  #fileOf(folder: string): string {
    return join(this.#folder, `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.pins`);
  }
}

function parse(bytes: Uint8Array | undefined): { readonly folder?: string; readonly addresses: readonly Address[] } {
  const lines = new TextDecoder().decode(bytes).split('\n').filter(Boolean);
  const owner = lines.find(line => /^of ".*"$/.test(line));
  return {
    ...(owner && { folder: JSON.parse(owner.slice('of '.length)) as string }),
    addresses: lines.filter(line => !line.startsWith('of ')),
  };
}

async function isGone(folder: string): Promise<boolean> {
  try {
    return !(await stat(folder)).isDirectory();
  } catch (error) {
    return (error as { readonly code?: string }).code === 'ENOENT';
  }
}

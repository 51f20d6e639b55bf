import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { InputError, jobOf } from '../../src/base/index.ts';
import { openShared } from '../../src/run/index.ts';
import type { SharedOptions } from '../../src/run/shared-store.ts';
import { folderWith } from '../cli/shell.ts';
import { entryOf } from '../pipeline/text-entry.ts';

const job = jobOf();
const text = 'x'.repeat(1000);

describe('a shared folder', () => {
  let folder: string;
  let said: string[];
  beforeEach(() => {
    folder = folderWith({});
    said = [];
  });
  const open = (options: SharedOptions = {}) => openShared(folder, { remark: line => said.push(line), ...options });
  const file = (address: string) => join(folder, 'entries', `${address}.safetensors`);
  const held = () => readdirSync(join(folder, 'entries')).map(name => name.replace('.safetensors', ''));
  /** Puts a result there for a folder; says whether it was made. */
  const ask = async (address: string, user?: string, options?: SharedOptions) => {
    let made = false;
    const make = async () => {
      made = true;
      return text;
    };
    expect(await open(options).usedBy(user).once(entryOf(address), make, job)).toBe(text);
    return made;
  };
  const used = (address: string, seconds: number) => utimesSync(file(address), Date.now() / 1000 - 5000 + seconds, 0);

  test('makes anew what is damaged, cut short or another result', async () => {
    const user = folderWith({});
    await ask('a', user);
    const whole = readFileSync(file('a'));
    for (const damage of [
      (bytes: Buffer) => bytes.fill(0x79, bytes.length - 1),
      (bytes: Buffer) => bytes.subarray(0, bytes.length - 1),
      () => Buffer.from([]),
      (bytes: Buffer) => bytes.fill(0xff, 0, 8),
    ]) {
      writeFileSync(file('a'), damage(Buffer.from(whole)));
      expect(await ask('a', user)).toBe(true);
      expect(await ask('a', user)).toBe(false);
      expect(readFileSync(file('a'))).toEqual(whole);
    }
    writeFileSync(file('b'), whole);
    expect(await ask('b', user)).toBe(true);
  });

  test('evicts what was used least recently, but nothing that a folder names', async () => {
    const [gone, there] = [folderWith({}), folderWith({})];
    const options = { limit: 4000 };
    await ask('pinned', there, options);
    for (const address of ['old', 'new']) await ask(address, gone, options);
    used('pinned', 1000);
    used('old', 2000);
    used('new', 3000);
    expect(await ask('old', gone, options)).toBe(false);
    rmSync(gone, { recursive: true });
    await ask('more', there, options);
    expect(held().sort()).toEqual(['more', 'old', 'pinned']);
    expect(readdirSync(join(folder, 'pins'))).toHaveLength(1);
  });

  test('keeps what no folder uses only as long as there is room', async () => {
    const options = { limit: 3000 };
    for (const [i, address] of ['a', 'b', 'c', 'd'].entries()) {
      await ask(address, undefined, options);
      used(address, i);
    }
    expect(held().sort()).toEqual(['c', 'd']);
    expect(await ask('d', undefined, options)).toBe(false);
    expect(said).toEqual([]);
  });

  test('goes on without keeping where all is named, and says so once', async () => {
    const user = folderWith({});
    for (const address of ['a', 'b', 'c', 'd', 'e']) expect(await ask(address, user, { limit: 2500 })).toBe(true);
    expect(held()).toEqual(['a', 'b']);
    const store = open({ limit: 2500 });
    said = [];
    for (const address of ['d', 'e']) await store.usedBy(user).once(entryOf(address), async () => text, job);
    expect(said).toEqual([
      `posterohm: ${folder}: is full: all of its 2.5 kB are named by run directories; raise --store-limit. The work goes on; what is not kept here stays with whoever made it.`,
    ]);
  });

  test('says once that it takes nothing above its limit', async () => {
    const store = open({ limit: 900 });
    for (const address of ['a', 'b']) await store.usedBy().once(entryOf(address), async () => text, job);
    expect(said).toEqual([
      `posterohm: ${folder}: takes no result above its 900 B; one has 1 kB; raise --store-limit. The work goes on; what is not kept here stays with whoever made it.`,
    ]);
  });

  test('takes back the names of a study that asks for others', async () => {
    const study = folderWith({});
    await ask('a', study);
    await ask('b', study);
    const store = open({ limit: 2500 });
    await store.name(study, ['b']);
    await store.usedBy(study).once(entryOf('c'), async () => text, job);
    expect(held().sort()).toEqual(['b', 'c']);
  });

  test('leaves large results to others, and nobody waits for them', async () => {
    const user = folderWith({});
    expect(await ask('large', user, { largest: 999 })).toBe(true);
    expect(readFileSync(file('large')).length).toBeLessThan(500);
    let making = 0;
    let most = 0;
    const make = async () => {
      most = Math.max(most, ++making);
      await new Promise(resolve => setTimeout(resolve, 30));
      making--;
      return text;
    };
    await Promise.all([1, 2, 3].map(() => open({ largest: 999 }).usedBy(user).once(entryOf('large'), make, job)));
    expect(most).toBe(3);
    expect(await ask('large', user)).toBe(true);
    expect(await ask('large', user, { largest: 999 })).toBe(false);
  });

  test.skipIf(process.getuid?.() === 0)('is read where it cannot be written', async () => {
    const user = folderWith({});
    await ask('a', user);
    for (const name of ['entries', 'locks', 'pins']) chmodSync(join(folder, name), 0o500);
    expect(await ask('a', folderWith({}))).toBe(false);
    expect(await ask('b', user)).toBe(true);
    expect(said).toHaveLength(2);
  });

  test('loses no result where it is no folder', async () => {
    const user = folderWith({});
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file');
    const store = open();
    for (const address of ['a', 'b']) {
      expect(await store.usedBy(user).once(entryOf(address), async () => text, job)).toBe(text);
    }
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/: cannot be .*; mend it or leave out --store\. The work goes on without it\.$/);
  });

  test('keeps the error of the work itself', async () => {
    let tried = 0;
    const failing = async () => {
      tried++;
      throw new InputError('no');
    };
    await expect(open().usedBy(folder).once(entryOf('a'), failing, job)).rejects.toThrow('no');
    expect(tried).toBe(1);
    expect(said).toEqual([]);
  });

  test('is tidied of what killed processes left', async () => {
    mkdirSync(join(folder, 'entries'));
    writeFileSync(join(folder, 'entries', 'a.safetensors.00000000.1.0.tmp'), '');
    await ask('a', folder);
    const own = readdirSync(join(folder, 'entries')).filter(name => name.endsWith('.tmp'));
    // Another machine's: nobody here knows whether its process still runs.
    expect(own).toEqual(['a.safetensors.00000000.1.0.tmp']);
  });
});

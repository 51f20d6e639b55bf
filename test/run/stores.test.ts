import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { type OpenStore, storeContract } from '../../src/contracts/index.ts';
import { layered, memoryStore } from '../../src/pipeline/index.ts';
import { DirectoryStore } from '../../src/run/directory-store.ts';
import { openShared } from '../../src/run/index.ts';
import { runStore } from '../../src/run/run-store.ts';
import { folderWith } from '../cli/shell.ts';
import { entryOf } from '../pipeline/text-entry.ts';

/** Holds a store to all that is demanded of one. */
function holds(name: string, open: OpenStore): void {
  describe(name, () => {
    test.each(storeContract)('$name', ({ check }) => check(open));
  });
}

holds('memory', () => {
  const store = memoryStore(1 << 20);
  return [store, store];
});

holds('a run directory', () => {
  const folder = folderWith({});
  return [runStore(new DirectoryStore(folder)), runStore(new DirectoryStore(folder))];
});

holds('a shared folder', () => {
  const folder = folderWith({});
  return [openShared(folder).usedBy(folder), openShared(folder).usedBy(folder)];
});

holds('two runs with a shared folder behind', () => {
  const shared = folderWith({});
  const run = () => {
    const folder = folderWith({});
    return layered(memoryStore(1 << 20), runStore(new DirectoryStore(folder), [], openShared(shared).usedBy(folder)));
  };
  return [run(), run()];
});

test('memory keeps the last result beyond its limit, and the most recently used within it', async () => {
  const store = memoryStore(10);
  const made: string[] = [];
  const ask = (address: string, size: number) =>
    store.once(entryOf(address, { bytes: () => size }), async () => made.push(address) && address, jobOf());
  for (const [address, size] of [
    ['large', 50],
    ['large', 50],
    ['a', 4],
    ['b', 4],
    ['a', 4],
    ['c', 4],
    ['a', 4],
    ['b', 4],
    ['large', 50],
  ] as const) {
    await ask(address, size);
  }
  expect(made).toEqual(['large', 'a', 'b', 'c', 'b']);
});

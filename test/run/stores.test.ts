import { layered, memoryStore } from '../../src/pipeline/index.ts';
import { DirectoryStore, openShared } from '../../src/run/index.ts';
import { runStore } from '../../src/run/run-store.ts';
import { folderWith } from '../cli/shell.ts';
import { storeContract } from '../pipeline/store-contract.ts';

storeContract('memory', () => {
  const store = memoryStore(1 << 20);
  return [store, store];
});

storeContract('a run directory', () => {
  const folder = folderWith({});
  return [runStore(new DirectoryStore(folder)), runStore(new DirectoryStore(folder))];
});

storeContract('a shared folder', () => {
  const folder = folderWith({});
  return [openShared(folder).usedBy(folder), openShared(folder).usedBy(folder)];
});

storeContract('two runs with a shared folder behind', () => {
  const shared = folderWith({});
  const run = () => {
    const folder = folderWith({});
    return layered(memoryStore(1 << 20), runStore(new DirectoryStore(folder), [], openShared(shared).usedBy(folder)));
  };
  return [run(), run()];
});

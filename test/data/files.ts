import { InputError } from '../../src/base/index.ts';
import { type DataOptions, dataSchema, type Files, loadDataset } from '../../src/data/index.ts';
import { keyOf } from '../../src/random/index.ts';

/** Files that exist only in memory. */
export function memoryFiles(contents: Readonly<Record<string, Uint8Array | string>>): Files {
  return {
    async read(path) {
      const found = contents[path];
      if (found === undefined) throw new InputError(`${path}: does not exist.`);
      return typeof found === 'string' ? new TextEncoder().encode(found) : found;
    },
    async list(path) {
      return Object.keys(contents).flatMap(name => (name.startsWith(`${path}/`) ? [name.slice(path.length + 1)] : []));
    },
  };
}

/** Loads with every default filled. */
export function load(options: Record<string, unknown>, contents: Record<string, Uint8Array | string> = {}, seed = 1) {
  return loadDataset(keyOf(seed), dataSchema.parse(options) as DataOptions, memoryFiles(contents));
}

/** An IDX file of bytes. */
export function idxFile(shape: readonly number[], data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, 8, shape.length]);
  for (const [axis, length] of shape.entries()) new DataView(bytes.buffer).setUint32(4 + 4 * axis, length);
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

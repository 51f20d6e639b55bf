import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '../base/index.ts';
import type { Files } from './source.ts';

/** Files of this machine; relative paths start at `folder`, the experiment's. */
export function nodeFiles(folder: string): Files {
  return {
    async read(path) {
      try {
        return await readFile(resolve(folder, path));
      } catch (error) {
        throw refusal(error, path, folder);
      }
    },
    async list(path) {
      try {
        return (await readdir(resolve(folder, path))).sort();
      } catch (error) {
        throw refusal(error, path, folder);
      }
    },
  };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read',
  EISDIR: 'is a folder',
  ENOTDIR: 'is no folder',
};

function refusal(error: unknown, path: string, folder: string): InputError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return new InputError(
    `${path}: ${reasons[code] ?? `cannot be read (${code || error})`}; paths start at ${resolve(folder)}.`,
  );
}

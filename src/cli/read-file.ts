import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '../base/index.ts';
import { whyUnreadable } from '../run/index.ts';
import type { Shell } from './verb.ts';

/** The bytes of a file that the command line names. */
export const readTyped = (path: string, { folder }: Shell): Promise<Uint8Array> =>
  readFile(resolve(folder, path)).catch(error => {
    throw new InputError(`${path}: ${whyUnreadable(error)}; check the path.`);
  });

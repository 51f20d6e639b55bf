import { resolve } from 'node:path';
import { writeWhole } from '../run/index.ts';
import type { Shell } from './verb.ts';

/** Writes a file that appears whole or not at all; `path` as typed behind --out. */
export const writeOut = (path: string, content: Uint8Array | string, { folder }: Shell): Promise<void> =>
  writeWhole(resolve(folder, path), content, path);

import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { cannotWrite } from '../base/index.ts';
import type { Shell } from './verb.ts';

/** Writes a file that appears whole or not at all; `path` as typed behind --out. */
export async function writeOut(path: string, content: Uint8Array | string, { folder }: Shell): Promise<void> {
  const file = resolve(folder, path);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw cannotWrite(path, error);
  }
}

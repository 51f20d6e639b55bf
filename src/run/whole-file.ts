import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cannotWrite, InputError } from '../base/index.ts';

/** Writes a file that appears whole or not at all: beside its place, then renamed. */
export async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
  const temporary = besideName(file);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw cannotWrite(file, error);
  }
}

/** A name beside a file that no other writer has, in this process, another or on another machine. */
export const besideName = (file: string): string => `${file}.${randomUUID()}.tmp`;

/** The bytes of a file; undefined where there is none. Every other failure says what it is. */
export async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code = String(error) } = error as { readonly code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new InputError(`${file}: cannot be read (${code}); make it readable or move it away.`);
  }
}

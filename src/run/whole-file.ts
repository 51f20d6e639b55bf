import { createHash } from 'node:crypto';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { cannotWrite, InputError } from '../base/index.ts';
import { isAlive } from './alive.ts';
import { makeFolder } from './make-folder.ts';

/** This machine among those that share a folder. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
let written = 0;

/** Where a file is written before it gets its name: says which process of which machine is at it. */
export const temporaryOf = (file: string): string => `${file}.${host}.${process.pid}.${written++}.tmp`;

/** Whether a name is that of a file which a process of this machine began and can no longer end. */
export function isLeftOver(name: string): boolean {
  const [, machine, writer] = /\.([0-9a-f]{8})\.(\d+)\.\d+\.tmp$/.exec(name) ?? [];
  return machine === host && !isAlive(Number(writer));
}

/** Writes a file that appears whole or not at all: beside its place, then renamed. `shown` is its name in messages. */
export async function writeWhole(file: string, content: Uint8Array | string, shown = file): Promise<void> {
  const temporary = temporaryOf(file);
  try {
    await makeFolder(dirname(file));
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw cannotWrite(shown, error);
  }
}

/** The bytes of a file; undefined where there is none. Every other failure says what it is. */
export async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readAtOnce(file);
  } catch (error) {
    const { code = String(error) } = error as { readonly code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new InputError(`${file}: cannot be read (${code}); make it readable or move it away.`);
  }
}

/** Bytes that the system is asked for at once, at most. */
const mostAtOnce = 1 << 30;

/** The bytes of a file, in as few turns as can be, where `readFile` takes one for every half megabyte. */
async function readAtOnce(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.allocUnsafeSlow(size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(mostAtOnce, size - at), at);
      if (bytesRead === 0) return bytes.subarray(0, at);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

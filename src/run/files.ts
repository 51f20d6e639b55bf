import { open, readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { cannotWrite, InputError } from '../base/index.ts';
import type { ByteRanges, Files, WriteAt } from '../data/index.ts';

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

/** Part of a sentence that says why a file cannot be read. */
export function whyUnreadable(error: unknown): string {
  const { code = (error as Error).message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? `cannot be read (${code})`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read',
  EISDIR: 'is a folder',
  ENOTDIR: 'is no folder',
  ERR_FS_FILE_TOO_LARGE: 'is too large to be read whole',
};

function refusal(error: unknown, path: string, folder: string): InputError {
  return new InputError(`${path}: ${whyUnreadable(error)}; paths start at ${resolve(folder)}.`);
}

/** A file of this machine that is read where it is wanted, until closed. */
export async function openRanges(path: string): Promise<ByteRanges & { close(): Promise<void> }> {
  try {
    const file = await open(path);
    const { size } = await file.stat();
    return {
      size,
      async read(from, to) {
        const bytes = new Uint8Array(to - from);
        for (let at = 0; at < bytes.length; ) {
          const { bytesRead } = await file.read(bytes, at, Math.min(bytes.length - at, mostAtOnce), from + at);
          if (bytesRead === 0) throw new InputError(`${path}: ends at byte ${from + at}, before ${to}; copy it again.`);
          at += bytesRead;
        }
        return bytes;
      },
      close: () => file.close(),
    };
  } catch (error) {
    throw new InputError(`${path}: ${whyUnreadable(error)}; check the path.`);
  }
}

/** Bytes that one call reads or writes at most: some systems stop at 2 GiB. */
const mostAtOnce = 2 ** 30;

/** A new file that bytes are written to at positions, until closed; what was there is gone. */
export async function openSink(path: string): Promise<{ readonly write: WriteAt; close(): Promise<void> }> {
  try {
    const file = await open(path, 'w');
    return {
      async write(position, bytes) {
        for (let at = 0; at < bytes.length; ) {
          const length = Math.min(bytes.length - at, mostAtOnce);
          at += (await file.write(bytes, at, length, position + at)).bytesWritten;
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cannotWrite, formatBytes, insist } from '../base/index.ts';
import { type DeclaredArray, NpzFile } from '../data/index.ts';
import { type Archive, archivedArrays, type Subject } from '../pipeline/index.ts';
import { makeFolder } from './make-folder.ts';
import { machineRoom, type Room } from './room.ts';
import { temporaryOf } from './whole-file.ts';

/** `prediction.npz` as it is written: each chip's outputs go to their place in the file when they are made. */
export interface OpenArchive {
  readonly add: Archive;
  close(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** Begins an archive of a subject's predictions, where there is room for it; it appears under its name when it is whole. */
export async function openArchive(
  subject: Subject,
  file: string,
  room: Pick<Room, 'disk'> = machineRoom,
): Promise<OpenArchive> {
  const { arrays, given } = archivedArrays(subject);
  const shapes = new Map<string, DeclaredArray>(arrays.map(array => [array.name, array]));
  const npz = new NpzFile(arrays);
  const free = await room.disk(dirname(file));
  insist(npz.size <= free, {
    file,
    path: [],
    rule: `takes ${formatBytes(npz.size)}, where ${formatBytes(free)} are free`,
    hint: 'make room, or evaluate fewer evaluate.chips, evaluate.times or sampling.samples',
  });
  const temporary = temporaryOf(file);
  const refuse = async (error: unknown): Promise<never> => {
    await rm(temporary, { force: true }).catch(() => {});
    throw cannotWrite(file, error);
  };
  let handle: FileHandle;
  try {
    await makeFolder(dirname(file));
    handle = await open(temporary, 'w');
  } catch (error) {
    return refuse(error);
  }
  const write = async (pieces: readonly { readonly position: number; readonly bytes: Uint8Array }[]) => {
    for (const { position, bytes } of pieces) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle
          .write(bytes, done, bytes.length - done, position + done)
          .catch((error: unknown) => refuse(error));
        done += bytesWritten;
      }
    }
  };
  for (const [name, data] of Object.entries(given)) await write([npz.place(name, 0, data)]);
  return {
    async add(side, { chip, time }, splits) {
      for (const [split, values] of Object.entries(splits)) {
        const name = `${side}/${split}`;
        const [, times = 1] = shapes.get(name)!.shape;
        const at = side === 'software' ? 0 : (chip * times + time) * values.length;
        await write([npz.place(name, at, values)]);
      }
    },
    async close() {
      await write(npz.finish());
      await handle.close();
      await rename(temporary, file).catch(refuse);
    },
    async abandon() {
      await handle.close().catch(() => {});
      await rm(temporary, { force: true });
    },
  };
}

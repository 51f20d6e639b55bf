import { createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cannotWrite, InputError } from '../base/index.ts';
import type { FolderWorkspace } from './folder-workspace.ts';
import { freeFile } from './free-file.ts';
import { insistTaken, uploadName } from './upload-name.ts';

/** Writes a file that was dropped on the page into the workspace and says under which path; nothing that is there is replaced, and what is there already is taken for it. */
export async function takeUpload(
  workspace: FolderWorkspace,
  name: string,
  body: ReadableStream<Uint8Array> | null,
): Promise<{ readonly file: string }> {
  const { stem, extension } = uploadName(name);
  const file = await freeFile(workspace, stem, extension);
  const place = await workspace.place(file);
  const first = await workspace.place(`${stem}${extension}`);
  const temporary = `${place}.upload.tmp`;
  let taken = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      taken += chunk.length;
      insistTaken(name, taken);
      yield chunk;
    }
  }
  try {
    await pipeline(Readable.from(counted((body ?? []) as AsyncIterable<Uint8Array>)), createWriteStream(temporary));
    if (taken === 0) throw new InputError({ path: [], rule: 'is empty', value: name });
    if (place !== first && (await sameBytes(temporary, first))) {
      await rm(temporary);
      return { file: workspace.within(first) };
    }
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error instanceof InputError ? error : cannotWrite(file, error);
  }
  return { file };
}

async function sameBytes(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one), stat(other)]);
  return a.size === b.size && (await readFile(one)).equals(await readFile(other));
}

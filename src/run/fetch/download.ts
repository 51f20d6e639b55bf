import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { cannotWrite, InputError, type Progress, WorkError } from '../../base/index.ts';
import type { CatalogueFile } from '../../data/index.ts';

/** What a download needs of the network; the platform's own `fetch` fits. */
export type Fetch = (
  address: string,
  init?: { headers?: Record<string, string>; signal?: AbortSignal },
) => Promise<Response>;

/** Bytes taken of a file whose size neither the catalogue nor the server states. */
const mostUnstated = 64 * 2 ** 20;

/** Milliseconds without a byte after which a connection counts as broken. */
const patience = 30_000;

/**
 * Downloads a file to `path` unless a correct copy is there. Bytes gather in `path.part`, where a later call goes on;
 * the file gets its name once size and checksum are right.
 */
export async function download(
  file: CatalogueFile,
  path: string,
  fetch: Fetch,
  progress: Progress,
  wait = patience,
): Promise<void> {
  if ((await sizeOf(path)) !== undefined && (await fault(file, path)) === undefined) return progress(1, file.name);
  const part = `${path}.part`;
  const held = (await sizeOf(part)) ?? 0;
  if (held === 0 || held !== file.size) await receive(file, part, held, fetch, progress, wait);
  const wrong = await fault(file, part);
  if (wrong !== undefined) {
    await rm(part, { force: true });
    throw new WorkError(
      `${file.address}: the file received ${wrong}; try again, and if that persists, the file has changed there.`,
    );
  }
  await rename(part, path);
  progress(1, file.name);
}

/** Appends to `part` from byte `held` on, or starts again, once, where the server cannot. */
async function receive(
  file: CatalogueFile,
  part: string,
  held: number,
  fetch: Fetch,
  progress: Progress,
  wait: number,
): Promise<void> {
  const stall = new AbortController();
  const broken = () => stall.abort(new Error(`nothing came for ${Math.round(wait / 1000)} s`));
  const timer = setTimeout(broken, wait);
  try {
    const headers = held > 0 ? { Range: `bytes=${held}-` } : undefined;
    const response = await reach(file.address, fetch, { headers, signal: stall.signal });
    if (response.status !== 416 || held === 0)
      return await take(file, part, held, response, progress, () => timer.refresh());
  } finally {
    clearTimeout(timer);
  }
  await rm(part, { force: true });
  return receive(file, part, 0, fetch, progress, wait);
}

/** Writes what a response brings; `alive` is called at every piece. */
async function take(
  file: CatalogueFile,
  part: string,
  held: number,
  response: Response,
  progress: Progress,
  alive: () => void,
): Promise<void> {
  const resumed = response.status === 206;
  if (!response.ok || !response.body) {
    throw new WorkError(
      `${file.address}: the server answered ${response.status} ${response.statusText}; try again later.`,
    );
  }
  const announced = Number(response.headers.get('content-length') ?? 0) + (resumed ? held : 0);
  const total = file.size ?? (announced || Number.NaN);
  const most = total || mostUnstated;
  const unwritten = (error: unknown): never => {
    throw cannotWrite(part, error);
  };
  const handle = await open(part, resumed ? 'a' : 'w').catch(unwritten);
  let received = resumed ? held : 0;
  try {
    for await (const chunk of response.body) {
      alive();
      if (received + chunk.length > most) throw new TooLong();
      await handle.appendFile(chunk).catch(unwritten);
      received += chunk.length;
      progress(Math.min(1, received / total) || 0, file.name);
    }
  } catch (error) {
    if (error instanceof InputError || error instanceof WorkError) throw error;
    if (error instanceof TooLong) {
      await rm(part, { force: true });
      throw new WorkError(
        `${file.address}: the server sends more than the ${most} bytes expected; try again, and if that persists, the file has changed there.`,
      );
    }
    throw new WorkError(
      `${file.address}: the connection broke after ${received} bytes (${reason(error)}); run again to go on from there.`,
    );
  } finally {
    await handle.close();
  }
}

/** What comes is longer than the file can be. */
class TooLong extends Error {}

/** A response, or one sentence that says that there is no network. */
async function reach(address: string, fetch: Fetch, init: Parameters<Fetch>[1]): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    throw new WorkError(
      `${address}: cannot be reached (${reason(error)}); check the network, or download the file elsewhere and put it into the folder.`,
    );
  }
}

/** What an error says, or what caused it. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || message : message;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}

/** What is wrong with a file, or undefined. */
async function fault({ size, sum }: CatalogueFile, path: string): Promise<string | undefined> {
  const held = await sizeOf(path);
  if (size !== undefined && held !== size) return `has ${held} bytes where ${size} are expected`;
  const hash = createHash(sum.kind);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const found = hash.digest('hex');
  return found === sum.value.toLowerCase()
    ? undefined
    : `has the ${sum.kind} checksum ${found} where ${sum.value} is expected`;
}

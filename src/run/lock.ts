import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { cannotWrite, type Job } from '../base/index.ts';
import { isAlive } from './alive.ts';
import { makeFolder } from './make-folder.ts';

/** Milliseconds between two looks at a lock, between two signs of life of its owner, and until it counts as dead. */
const look = 100;
const beat = 5000;
const dead = 30_000;

/** Longest wait for another maker, ms; after it the result is made twice, which is allowed, for results never change. */
const patience = 600_000;

interface Owner {
  readonly host: string;
  readonly process: number;
  readonly id: string;
}

/** A lock that is held until it is released. */
export interface Lock {
  release(): Promise<void>;
}

/** Takes a lock at once, or says who has it: for work that must never be done twice at a time. */
export async function holdLock(file: string): Promise<Lock | { readonly holder: string }> {
  const own: Owner = { host: hostname(), process: process.pid, id: randomUUID() };
  if (await isAbandoned(file)) await clear(file, own);
  if (await take(file, own)) return held(file, own);
  const owner = await ownerOf(file);
  return { holder: owner ? `process ${owner.process} of ${owner.host}` : 'a process that has not said which' };
}

/** Does work that one process at a time should do, under a lock file that says who is at it. */
export async function withLock<T>(file: string, job: Job, work: () => Promise<T>): Promise<T> {
  const own: Owner = { host: hostname(), process: process.pid, id: randomUUID() };
  const since = performance.now();
  let taken = await take(file, own);
  while (!taken && performance.now() - since < patience) {
    await new Promise(resolve => setTimeout(resolve, look));
    job.signal.throwIfAborted();
    if (await isAbandoned(file)) await clear(file, own);
    taken = await take(file, own);
  }
  if (!taken) return work();
  const lock = held(file, own);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** Gives signs of life until the lock is released. */
function held(file: string, own: Owner): Lock {
  const beating = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), beat);
  beating.unref();
  return {
    async release() {
      clearInterval(beating);
      // What has been made counts, whatever becomes of the lock: left behind, it soon counts as abandoned.
      if ((await ownerOf(file))?.id === own.id) await rm(file, { force: true }).catch(() => {});
    },
  };
}

async function take(file: string, own: Owner): Promise<boolean> {
  const refuse = (error: unknown): never => {
    throw cannotWrite(file, error);
  };
  await makeFolder(dirname(file)).catch(refuse);
  const handle = await open(file, 'wx').catch(error => {
    if ((error as { readonly code?: string }).code === 'EEXIST') return undefined;
    return refuse(error);
  });
  if (!handle) return false;
  try {
    await handle.writeFile(JSON.stringify(own));
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    refuse(error);
  } finally {
    await handle.close();
  }
  return true;
}

/** Takes an abandoned lock away. Of several who find it abandoned one moves it aside; what is no longer it goes back. */
async function clear(file: string, { id }: Owner): Promise<void> {
  const aside = `${file}.${id}`;
  const moved = await rename(file, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if (!(await isAbandoned(aside))) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

/** Whether the owner of a lock has died: its process on this machine is gone, or it gave no sign for long elsewhere. */
async function isAbandoned(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (!found) return false;
  const silence = Date.now() - found.mtimeMs;
  const owner = await ownerOf(file);
  if (!owner || owner.host !== hostname()) return silence > dead;
  // A process may compute for long without a turn; its number may be another's by now.
  return silence > patience || !isAlive(owner.process);
}

/** Whether the owner of a lock was a process of this machine that has ended. */
export async function ownerIsGone(file: string): Promise<boolean> {
  const owner = await ownerOf(file);
  return owner?.host === hostname() && !isAlive(owner.process);
}

async function ownerOf(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

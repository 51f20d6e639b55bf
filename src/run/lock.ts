import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { cannotWrite, type Job } from '../base/index.ts';
import { isAlive } from './alive.ts';

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

/** Does work that one process at a time should do, under a lock file that says who is at it. */
export async function withLock<T>(file: string, job: Job, work: () => Promise<T>): Promise<T> {
  const own: Owner = { host: hostname(), process: process.pid, id: randomUUID() };
  const since = performance.now();
  let held = await take(file, own);
  while (!held && performance.now() - since < patience) {
    await new Promise(resolve => setTimeout(resolve, look));
    job.signal.throwIfAborted();
    if (await isAbandoned(file)) await rm(file, { force: true });
    held = await take(file, own);
  }
  if (!held) return work();
  const beating = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), beat);
  beating.unref();
  try {
    return await work();
  } finally {
    clearInterval(beating);
    // What has been made counts, whatever becomes of the lock: left behind, it soon counts as abandoned.
    if ((await ownerOf(file))?.id === own.id) await rm(file, { force: true }).catch(() => {});
  }
}

async function take(file: string, own: Owner): Promise<boolean> {
  let handle: FileHandle;
  try {
    await mkdir(dirname(file), { recursive: true });
    handle = await open(file, 'wx');
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'EEXIST') return false;
    throw cannotWrite(file, error);
  }
  try {
    await handle.writeFile(JSON.stringify(own));
    await handle.close();
    return true;
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    throw cannotWrite(file, error);
  }
}

/** Whether the owner of a lock has died: its process on this machine is gone, or it has given no sign for long. */
async function isAbandoned(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (!found) return false;
  return Date.now() - found.mtimeMs > dead || ownerIsGone(file);
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

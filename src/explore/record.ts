import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { readFile, truncate } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { cannotWrite, check, InputError } from '../base/index.ts';
import { holdLock, type Lock, makeFolder } from '../run/index.ts';
import { eventSchema, format, type StudyEvent } from './events.ts';

/** The file of a study's folder that is its record. */
export const recordName = 'study.jsonl';

/** Where the events of a study are kept. One process writes. */
export interface StudyRecord {
  /** What happened before it was opened. */
  readonly events: readonly StudyEvent[];
  /** Adds an event, which from then on outlives this process. */
  append(event: StudyEvent): void;
  /** Waits until all that was added also outlives the machine. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A record that nobody keeps. */
export const passingRecord = (): StudyRecord => ({
  events: [],
  append: () => {},
  settle: async () => {},
  close: async () => {},
});

/** The events of a record, whoever writes it; none where there is no file. */
export async function readRecord(file: string): Promise<readonly StudyEvent[]> {
  return (await contentOf(file)).events;
}

/**
 * Opens a record to write: JSON, an event a line. A line that was cut off at the end is dropped. Lines are with the system
 * before `append` returns, and on the disk soon after, many at a time. Refuses a record that another process writes.
 */
export async function openRecord(file: string): Promise<StudyRecord> {
  await makeFolder(dirname(file)).catch(error => {
    throw cannotWrite(dirname(file), error);
  });
  const lock = await holdAlone(`${file}.lock`, relative('', file));
  try {
    const { events, length } = await contentOf(file);
    if (length !== undefined) await truncate(file, length);
    return writer(file, events, lock.release);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Takes a lock that one process has at a time, for what people know by a name; refuses it where another process has it. */
export async function holdAlone(lock: string, shown: string): Promise<Lock> {
  const held = await holdLock(lock);
  if ('holder' in held) {
    throw new InputError({
      file: shown,
      path: [],
      rule: `is being worked on by ${held.holder}`,
      hint: 'wait for it or stop it; one process writes a study',
    });
  }
  return held;
}

function writer(file: string, events: readonly StudyEvent[], release: () => Promise<void>): StudyRecord {
  const descriptor = open(file);
  let syncing: Promise<void> | undefined;
  let dirty = false;
  let failure: unknown;
  const sync = async (): Promise<void> => {
    while (dirty) {
      dirty = false;
      const error = await new Promise<Error | null>(resolve => fdatasync(descriptor, resolve));
      if (error) failure ??= cannotWrite(file, error);
    }
    syncing = undefined;
  };
  const settle = async (): Promise<void> => {
    await syncing;
    if (failure) throw failure;
  };
  return {
    events,
    append(event) {
      if (failure) throw failure;
      write(descriptor, file, `${JSON.stringify(event)}\n`);
      dirty = true;
      syncing ??= sync();
    },
    settle,
    async close() {
      try {
        await settle();
      } finally {
        closeSync(descriptor);
        await release();
      }
    },
  };
}

function open(file: string): number {
  try {
    return openSync(file, 'a+');
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** Writes a line whole, or leaves the file as it was. */
function write(descriptor: number, file: string, line: string): void {
  const bytes = Buffer.from(line);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    if (written > 0) ftruncateSync(descriptor, fstatSync(descriptor).size - written);
    throw cannotWrite(file, error);
  }
}

interface Content {
  readonly events: readonly StudyEvent[];
  /** Bytes that are whole, where the file has more. */
  readonly length?: number;
}

async function contentOf(file: string): Promise<Content> {
  const bytes = await readFile(file).catch(error => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return Buffer.alloc(0);
    throw new InputError({
      file: relative('', file),
      path: [],
      rule: `cannot be read (${error.code})`,
      hint: 'make it readable or move it away',
    });
  });
  const lines: { readonly value: unknown; readonly end: number }[] = [];
  let torn: number | undefined;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const value = newline < 0 ? undefined : parsed(bytes.toString('utf8', start, newline));
    if (value === undefined) torn ??= lines.length;
    else if (torn !== undefined) throw damaged(file, torn + 1);
    else lines.push({ value, end: newline + 1 });
    start = newline < 0 ? bytes.length : newline + 1;
  }
  const events = lines.map(({ value }, i) => eventOf(file, value, i));
  return torn === undefined ? { events } : { events, length: lines.at(-1)?.end ?? 0 };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) ?? undefined;
  } catch {
    return undefined;
  }
}

const damaged = (file: string, line: number): InputError =>
  new InputError({
    file: relative('', file),
    path: [],
    rule: `line ${line} is damaged and lines follow it`,
    hint: 'take the file from a copy, or begin a new study',
  });

function eventOf(file: string, value: unknown, i: number): StudyEvent {
  if (i === 0) checkFormat(file, value);
  try {
    return check(eventSchema, value);
  } catch (error) {
    throw error instanceof InputError ? error.at(`line ${i + 1}`).in(relative('', file)) : error;
  }
}

function checkFormat(file: string, value: unknown): void {
  const { schema } = value as { readonly schema?: unknown };
  if (schema === format) return;
  throw new InputError({
    file: relative('', file),
    path: ['schema'],
    rule: `must be ${format}, the format that this version of posterohm reads`,
    value: schema ?? null,
    hint: 'use the version that wrote it, or another folder',
  });
}

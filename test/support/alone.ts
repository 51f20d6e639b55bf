import type { Page } from 'playwright-core';
import { unpack } from '../../src/studio/wire.ts';
import { answering, type Sent, type Told } from '../../studio/alone/answering.ts';
import type { MemoryWorkspace } from '../../studio/alone/memory-workspace.ts';

/** Asks what a page asks. */
export type Ask = (name: string, question: unknown) => Promise<unknown>;

/** Who answers, and until all work that was started has ended. */
export interface Asked {
  readonly ask: Ask;
  ended(): Promise<void>;
}

/** The same, and files that are dropped. */
export interface AskedHere extends Asked {
  drop(upload: string, bytes: Uint8Array): Promise<unknown>;
}

/** Asks in this process what the worker of a page answers. */
export function askingHere(workspace: MemoryWorkspace): AskedHere {
  const waiting = new Map<number, (told: Told) => void>();
  let [sent, over] = [0, () => {}];
  const answer = answering(workspace, told => {
    if ('news' in told) {
      if (told.news.activities?.every(one => one.ended !== undefined)) over();
    } else waiting.get(told.id)!(told);
  });
  const send = (asked: { name: string; question: unknown } | { upload: string; bytes: Uint8Array }) =>
    new Promise<unknown>((resolve, reject) => {
      const id = sent++;
      waiting.set(id, told => {
        if ('answer' in told) resolve(unpack(told.answer.buffer));
        else if ('faults' in told) reject(new Error(told.faults.map(({ rule }) => rule).join()));
      });
      void answer({ ...asked, id } satisfies Sent);
    });
  return {
    ask: (name, question) => send({ name, question }),
    drop: (upload, bytes) => send({ upload, bytes }),
    ended: () =>
      new Promise(resolve => {
        over = resolve;
      }),
  };
}

/** A worker of a page, for `send` and `over` in the page. */
const workerOf = (url: string) => `
  const worker = new Worker(${JSON.stringify(url)}, { type: 'module' });
  const waiting = new Map();
  let over = () => {};
  worker.onmessage = ({ data }) => {
    if (!data.news) waiting.get(data.id)(data.answer ? Array.from(data.answer) : data.faults);
    else if (data.news.activities.every(one => one.ended !== undefined)) over();
  };
  globalThis.send = asked => new Promise(done => {
    waiting.set(waiting.size, done);
    worker.postMessage({ ...asked, id: waiting.size - 1 });
  });
  globalThis.over = () => new Promise(done => { over = done; });`;

/** Asks a worker of its own in a page. */
export async function askingInPage(page: Page, worker: string): Promise<Asked> {
  await page.evaluate(workerOf(worker));
  const inPage = (script: string) => page.evaluate<unknown>(script);
  return {
    ask: async (name, question) => {
      const bytes = (await inPage(`send(${JSON.stringify({ name, question })})`)) as number[];
      return unpack(Uint8Array.from(bytes).buffer);
    },
    ended: async () => void (await inPage('over()')),
  };
}

/** Saves an experiment, runs it, and asks what chips say, conduct and cost. */
export async function runAndLook({ ask, ended }: Asked, text: string): Promise<Record<string, unknown>> {
  const file = 'own.yaml';
  await ask('experiment.save', { file, text, changed: 0 });
  const over = ended();
  await ask('run.start', { file });
  await over;
  const runs = (await ask('run.list', {})) as { path: string; state: string; metrics?: unknown }[];
  const { path, metrics } = runs.find(({ state }) => state === 'evaluated')!;
  const found: Record<string, unknown> = { path, metrics };
  for (const [name, question] of Object.entries(looks)) found[name] = await ask(name, { directory: path, ...question });
  return found;
}

/** What is asked of a run, beside its directory. */
export const looks = {
  'uncertainty.chip': { chip: 1, time: 3600 },
  'array.page': { page: 0 },
  'array.chip': { page: 0, chip: 1, time: 3600 },
  'cost.look': {},
} as const;

/**
 * Where two answers differ: arrays, which hold what kernels computed, in any bit, other numbers by more than 10⁻¹² of them, for engines of
 * JavaScript round exponentials and the like each in its own way. Pictures of such numbers are left out.
 */
export function differences(found: unknown, expected: unknown, path = ''): string[] {
  if (ArrayBuffer.isView(expected)) {
    const [a, b] = [found, expected] as Float32Array[];
    const same = a!.length === b!.length && b!.every((value, i) => Object.is(value, a![i]));
    return same ? [] : [`${path}: bits`];
  }
  if (typeof expected === 'object' && expected !== null) {
    const [a, b] = [found, expected] as Record<string, unknown>[];
    const names = [...new Set([...Object.keys(a ?? {}), ...Object.keys(b!)])].filter(name => name !== 'section');
    return names.flatMap(name => differences(a?.[name], b![name], `${path}/${name}`));
  }
  const close =
    typeof found === 'number' &&
    typeof expected === 'number' &&
    Math.abs(found - expected) <= 1e-12 * Math.abs(expected);
  return close || found === expected ? [] : [`${path}: ${found} for ${expected}`];
}
